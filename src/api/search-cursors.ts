// Where the next page of an audited search begins. A cursor goes with its search for an hour; any other number that somebody gives as a cursor is a
// search of its own, and audited.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const VALID_MS = 3_600_000;

export class SearchCursors {
  readonly #now: () => number;
  /** Of this process: after a restart a search that goes on is one more. */
  readonly #key = randomBytes(32);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `search` says all that makes two searches different, who searches included. */
  after(seq: number, search: string): string {
    return this.#signed(seq, this.#now() + VALID_MS, search);
  }

  isOf(search: string, cursor: string): boolean {
    const [seq, until] = cursor.split('.').map(Number);
    if (until === undefined || !(until > this.#now())) return false;
    const right = Buffer.from(this.#signed(seq!, until, search));
    const given = Buffer.from(cursor);
    return right.length === given.length && timingSafeEqual(right, given);
  }

  #signed(seq: number, until: number, search: string): string {
    const seal = createHmac('sha256', this.#key).update(`${seq}.${until}.${search}`).digest('base64url');
    return `${seq}.${until}.${seal.slice(0, 22)}`;
  }
}
