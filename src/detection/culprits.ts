// Whose messages brought the evidence against a connector: its positive terms by login, decaying with the sums. Where nearly all of it is one
// login's, that user is restricted and the department goes on mailing.
import type { ByteReader, ByteWriter } from './bytes.ts';

/** As many logins are kept apart; of more, the one with the least evidence goes, and its evidence counts as nobody's. */
const MOST_LOGINS = 16;

interface Share {
  readonly login: number;
  evidence: number;
}

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
    else this.#keep({ login, evidence });
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
    copy.#shares = this.#shares.map((share) => ({ ...share }));
    copy.#nobodys = this.#nobodys;
    return copy;
  }

  write(out: ByteWriter): void {
    out.f64(this.#nobodys);
    out.u32(this.#shares.length);
    for (const { login, evidence } of this.#shares) {
      out.u32(login);
      out.f64(evidence);
    }
  }

  static read(from: ByteReader): Culprits {
    const culprits = new Culprits();
    culprits.#nobodys = from.f64();
    for (let left = from.u32(); left > 0; left--) culprits.#shares.push({ login: from.u32(), evidence: from.f64() });
    return culprits;
  }

  #keep(share: Share): void {
    this.#shares.push(share);
    if (this.#shares.length <= MOST_LOGINS) return;
    const least = this.#shares.reduce((a, b) => (b.evidence < a.evidence ? b : a));
    this.#nobodys += least.evidence;
    this.forget(least.login);
  }
}
