// What a page shows is in its address: it can be sent to somebody, and the back button undoes it.
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/**
 * One parameter of the address; '' (or `fallback`) takes it out. `replace` where each key press would else be a step back; a new page
 * of the history where somebody chose something.
 */
export function useSearchParam(
  name: string,
  fallback = '',
  { replace = false }: { replace?: boolean } = {},
): readonly [string, (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === fallback || value === '') after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace },
      ),
    [setParams, name, fallback, replace],
  );
  return [params.get(name) ?? fallback, set];
}
