// Where in a form the guard's words about wrong fields belong.
import { toProblem } from '../../api/problem.ts';

/** Refusals that name no field, and are about one. */
const FIELD_OF: Readonly<Record<string, string>> = { name_taken: 'name', prefix_too_short: 'senderIpAddresses' };

export interface FieldErrors {
  /** What is said of a field, or of an entry in it; undefined: nothing. */
  at(field: string): string | undefined;
  /** True where these fields say all of it. */
  areAllAt(fields: readonly string[]): boolean;
}

/** `error` as a mutation has it: null while there is none. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  const errors = error === null ? [] : errorsOf(error);
  const isAt = (path: string, field: string) =>
    path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
  return {
    at: (field) => {
      const own = errors.filter(({ path }) => isAt(path, field));
      return own.length === 0 ? undefined : own.map(({ message }) => message).join('; ');
    },
    areAllAt: (fields) => errors.length > 0 && errors.every(({ path }) => fields.some((field) => isAt(path, field))),
  };
}

function errorsOf(error: unknown): readonly { path: string; message: string }[] {
  const { code, detail, advice, errors } = toProblem(error);
  if (errors !== undefined) return errors;
  const field = FIELD_OF[code];
  return field === undefined ? [] : [{ path: field, message: `${detail}. ${advice}` }];
}
