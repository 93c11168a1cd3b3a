// Whose messages brought the evidence against a connector: its positive terms by login, decaying with the sums, and what the evidence counts
// of them. Where nearly all of it is one login's, that user is restricted and the department goes on mailing.
import type { ByteReader, ByteWriter } from './bytes.ts';

/** As many logins are kept apart; of more, the one with the least evidence goes, and its evidence counts as nobody's. */
const MOST_LOGINS = 16;

interface Share {
  readonly login: number;
  evidence: number;
  /** Its part of the state's `seen`; empty before the first count. */
  seen: Uint32Array<ArrayBuffer>;
}

const NONE = new Uint32Array(0);

export class Culprits {
  #shares: Share[] = [];
  /** Of messages without a login, and of logins that are not kept. */
  #nobodys = 0;

  /** `login` is a hash, 0 without one. */
  add(login: number, evidence: number, rest: number): void {
    this.#nobodys *= rest;
    for (const share of this.#shares) share.evidence *= rest;
    if (evidence <= 0) return;
    const known = this.#shares.find((share) => share.login === login);
    if (known !== undefined) known.evidence += evidence;
    else if (login === 0) this.#nobodys += evidence;
    else this.#keep(login, evidence);
  }

  /** What the evidence counts of a message of this login's, so that it can go with him. */
  count(login: number, counts: ArrayLike<number>): void {
    if (login === 0) return;
    const share = this.#shares.find((each) => each.login === login) ?? this.#keep(login, 0);
    if (share.seen.length === 0) share.seen = Uint32Array.from(counts);
    else for (let i = 0; i < counts.length; i++) share.seen[i]! += counts[i]!;
  }

  /** All that was counted of this login. */
  seenOf(login: number): ArrayLike<number> {
    return this.#shares.find((share) => share.login === login)?.seen ?? NONE;
  }

  /** What part of the evidence would be this login's, if it brought `evidence` more; 0 to 1, 0 without a login. */
  shareOf(login: number, evidence: number, rest: number): number {
    if (login === 0) return 0;
    let all = this.#nobodys * rest + evidence;
    let own = evidence;
    for (const share of this.#shares) {
      all += share.evidence * rest;
      if (share.login === login) own += share.evidence * rest;
    }
    return all <= 0 ? 0 : own / all;
  }

  forget(login: number): void {
    this.#shares = this.#shares.filter((share) => share.login !== login);
  }

  clear(): void {
    this.#nobodys = 0;
    if (this.#shares.length > 0) this.#shares = [];
  }

  copy(): Culprits {
    const copy = new Culprits();
    copy.#shares = this.#shares.map((share) => ({ ...share, seen: share.seen.slice() }));
    copy.#nobodys = this.#nobodys;
    return copy;
  }

  write(out: ByteWriter): void {
    out.f64(this.#nobodys);
    out.u32(this.#shares.length);
    for (const { login, evidence, seen } of this.#shares) {
      out.u32(login);
      out.f64(evidence);
      out.u32s(seen);
    }
  }

  static read(from: ByteReader): Culprits {
    const culprits = new Culprits();
    culprits.#nobodys = from.f64();
    for (let left = from.u32(); left > 0; left--) {
      culprits.#shares.push({ login: from.u32(), evidence: from.f64(), seen: from.u32s() });
    }
    return culprits;
  }

  #keep(login: number, evidence: number): Share {
    const share = { login, evidence, seen: NONE };
    this.#shares.push(share);
    if (this.#shares.length > MOST_LOGINS) {
      const least = this.#shares.reduce((a, b) => (b.evidence < a.evidence ? b : a));
      this.#nobodys += least.evidence;
      this.forget(least.login);
    }
    return share;
  }
}
