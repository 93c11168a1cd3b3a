// Users are logins. Their id is derived from organization and login, so that no table must be kept of everybody who ever
// sent a message, and a user has the same id on every node.
import type { User } from './entity.ts';
import { nameBasedId } from './name-based-id.ts';

const REMEMBERED_USERS = 100_000;

export function userId(organizationId: string, login: string): string {
  return nameBasedId(organizationId, login);
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
