// Users are logins. Their id is derived from organization and login, so that no table must be kept of everybody who ever
// sent a message, and a user has the same id on every node.
import { createHash } from 'node:crypto';
import type { User } from './entity.ts';

/** Made once for Cordon; the name space of RFC 9562 5.5 ids. */
const NAME_SPACE = Buffer.from('8c1fd0c1b1d84e0f9d0a5b5d0e1f7c42', 'hex');
const REMEMBERED_USERS = 100_000;

/** RFC 9562 5.5: version 5, from SHA-1 of name space and name. */
export function userId(organizationId: string, login: string): string {
  const hash = createHash('sha1').update(NAME_SPACE).update(`${organizationId}\0${login}`).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export class Users {
  readonly #seen = new Map<string, User>();

  user(organizationId: string, login: string): User {
    const key = `${organizationId} ${login}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) return seen;
    const user: User = { kind: 'user', id: userId(organizationId, login), organizationId, name: login };
    if (this.#seen.size >= REMEMBERED_USERS) this.#seen.clear();
    this.#seen.set(key, user);
    return user;
  }

  /** In one organization or in all. */
  forget(login: string, organizationId?: string): void {
    for (const [key, user] of this.#seen) {
      const isMeant = organizationId === undefined || user.organizationId === organizationId;
      if (isMeant && user.name.toLowerCase() === login) this.#seen.delete(key);
    }
  }

  /** Those seen since the start, in no order; bounded. */
  seen(): Iterable<User> {
    return this.#seen.values();
  }
}
