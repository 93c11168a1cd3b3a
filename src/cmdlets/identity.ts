// What -Identity means wherever it names one thing of many.
import { CmdletError } from './cmdlet-error.ts';
import { guidOf } from './parameter.ts';

interface Names<T> {
  id(one: T): string;
  name(one: T): string;
}

/** By its GUID, in any of its forms, else by its name in any case. Throws the same for one that is unknown and for somebody else's, who is not among `all`. */
export function identified<T>(identity: string, all: readonly T[], { id, name }: Names<T>): T {
  const guid = guidOf(identity);
  const written = identity.trim().toLowerCase();
  const found =
    (guid === undefined ? undefined : all.find((one) => id(one) === guid)) ??
    all.find((one) => name(one).toLowerCase() === written);
  if (found === undefined) throw CmdletError.notFound(identity);
  return found;
}
