// What lies open over the list, in the address: `?entity=ID`, `?unblock=ID` (several with commas), `?restrict=new`.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

const FLYOUTS = ['unblock', 'entity', 'restrict'] as const;

export interface Opened {
  readonly flyout: (typeof FLYOUTS)[number];
  /** Of the entities that it is about. */
  readonly ids: readonly string[];
}

export function useOpened(): {
  readonly opened: Opened | undefined;
  /** Instead of what is open; undefined: nothing. */
  open(next: Opened | undefined): void;
} {
  const [params, setParams] = useSearchParams();
  const flyout = FLYOUTS.find((name) => params.get(name));
  const value = flyout === undefined ? '' : params.get(flyout)!;
  const opened = useMemo(() => flyout && { flyout, ids: value.split(',') }, [flyout, value]);
  const open = useCallback(
    (next: Opened | undefined) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        for (const name of FLYOUTS) after.delete(name);
        if (next !== undefined) after.set(next.flyout, next.ids.join() || 'new');
        return after;
      }),
    [setParams],
  );
  return { opened, open };
}
