// Ids that are computed from a name, for things that need no table: the same on every node and after every start.
import { createHash } from 'node:crypto';

/** Made once for Cordon; the name space of RFC 9562 5.5 ids. */
const NAME_SPACE = Buffer.from('8c1fd0c1b1d84e0f9d0a5b5d0e1f7c42', 'hex');

/** RFC 9562 5.5: version 5, from SHA-1 of name space and name. Parts of a name are joined by NUL, which none of them holds. */
export function nameBasedId(...parts: readonly string[]): string {
  const hash = createHash('sha1').update(NAME_SPACE).update(parts.join('\0')).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
