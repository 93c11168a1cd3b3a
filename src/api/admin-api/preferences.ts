// The header Prefer (RFC 7240) as clients of the admin API write it: `odata.maxpagesize=1000`, with blanks around the sign, and behind a
// comma or a semicolon `odata.continue-on-error`.
import { invalidRequest } from './refusals.ts';

export interface Preferences {
  /** Rows of a page at most. */
  readonly pageSize: number;
  /** Of a batch: what fails does not keep the rest from being done. */
  readonly continueOnError: boolean;
}

const LARGEST_PAGE = 1_000;

/** Throws CmdletError for a page size that is none: a page of nothing would look like the end. More than the largest is the largest. */
export function preferencesOf(header: string | undefined): Preferences {
  const said = new Map(
    (header ?? '').split(/[,;]/).map((preference) => {
      const [name = '', ...value] = preference.split('=');
      return [
        name.trim().toLowerCase(),
        value
          .join('=')
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      ];
    }),
  );
  const onError = said.get('odata.continue-on-error') ?? said.get('continue-on-error');
  return {
    pageSize: pageSizeOf(said.get('odata.maxpagesize') ?? said.get('maxpagesize')),
    continueOnError: onError !== undefined && onError.toLowerCase() !== 'false',
  };
}

function pageSizeOf(text: string | undefined): number {
  if (text === undefined) return LARGEST_PAGE;
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size === 0) {
    throw invalidRequest(
      `Prefer: odata.maxpagesize must be a whole number from 1 to ${LARGEST_PAGE}, not '${text.slice(0, 50)}'.`,
      { errorId: 'InvalidPageSize', target: 'odata.maxpagesize' },
    );
  }
  return Math.min(size, LARGEST_PAGE);
}
