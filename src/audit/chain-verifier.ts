// Goes through one chain from its base to its end, a record at a time, and says which record is not as it was written. Pure, and in constant memory but
// for what it finds.
import { type ChainBase, type ChainedRecord, type ChainKey, type ChainPoint, NO_MAC } from './chain.ts';

export type BreakKind = 'changed' | 'inserted' | 'removed' | 'reordered' | 'cut off' | 'base';

/** One thing that is wrong. */
export interface ChainBreak {
  readonly organizationId: string;
  /** Where in the chain; of several the first. */
  readonly sequence: number;
  /** Undefined where there is no such record. */
  readonly record?: { readonly id: string; readonly operation: string; readonly at: number } | undefined;
  readonly kind: BreakKind;
  /** What is wrong with it, in a sentence. */
  readonly says: string;
}

export interface ChainVerdict {
  readonly records: number;
  /** Lawfully: by `cordon forget`. */
  readonly pseudonymised: number;
  /** How many things are wrong; `breaks` are the first of them. */
  readonly broken: number;
  readonly breaks: readonly ChainBreak[];
  /** Of the last record. */
  readonly head: ChainPoint;
}

/** What was known of the chain elsewhere. */
export interface Witnessed extends ChainPoint {
  /** Where: `audit-heads.json`, `--head`. */
  readonly where: string;
}

const MOST_BREAKS = 1_000;
/** Records that are not valid where they stand are tried at each other's places, if they are no more. */
const MOST_REORDERED = 30;

/** A record whose code is wrong where it stands; what became of it the next ones tell. */
interface Suspect {
  readonly record: ChainedRecord;
  readonly commitment: string;
  /** By the record before it, as it is stored. */
  readonly previousMac: string;
  /** What its code would have to be. */
  readonly rightMac: string;
  readonly shift: number;
}

export class ChainVerifier {
  readonly #key: ChainKey;
  readonly #organizationId: string;
  readonly #heads: Map<number, Witnessed[]>;
  readonly #baseSequence: number;
  #last: { readonly sequence: number; readonly mac: string };
  #suspect: Suspect | undefined;
  readonly #suspects: Suspect[] = [];
  /** By how much the numbers were moved, because a record was put in or taken out before. */
  #shift = 0;
  #records = 0;
  #pseudonymised = 0;
  #broken = 0;
  readonly #breaks: ChainBreak[] = [];

  constructor(key: ChainKey, organizationId: string, base: ChainBase | undefined, heads: readonly Witnessed[]) {
    this.#key = key;
    this.#organizationId = organizationId;
    this.#baseSequence = base?.sequence ?? 0;
    this.#last = { sequence: this.#baseSequence, mac: base?.mac ?? NO_MAC };
    this.#heads = Map.groupBy(heads, ({ sequence }) => sequence);
    if (base !== undefined && !key.isBase(base)) {
      const says =
        'the place where retention cut the chain was not written by the guard: records before it may be missing';
      this.#tell('base', base.sequence, says);
    }
    this.#compare(this.#last.sequence, this.#last.mac);
  }

  /** In the order of their sequence. */
  feed(record: ChainedRecord): void {
    this.#records++;
    const { sequence, mac } = record;
    const commitment = this.#key.commitment(record);
    if (record.salt === null) this.#checkErasure(record);
    this.#compare(sequence, mac);
    if (sequence <= this.#baseSequence) this.#tell('inserted', sequence, 'the chain begins after it', record);
    else if (sequence > this.#last.sequence + 1) this.#afterGap(record);
    else this.#follow(record, commitment);
  }

  #follow(record: ChainedRecord, commitment: string): void {
    const { sequence, mac } = record;
    const rightMac = this.#macAt(record, commitment, sequence - this.#shift, this.#last.mac);
    const isSamePlace = sequence === this.#last.sequence;
    if (mac === rightMac && !isSamePlace) {
      this.#settleSuspect();
      this.#last = { sequence, mac };
      return;
    }
    const holdsOnTo = this.#explained(record, commitment);
    if (holdsOnTo !== undefined) this.#last = { sequence, mac: holdsOnTo };
    else if (isSamePlace) this.#tell('inserted', sequence, 'a second record has its place', record);
    else {
      this.#settleSuspect();
      this.#suspect = { record, commitment, previousMac: this.#last.mac, rightMac, shift: this.#shift };
      this.#last = { sequence, mac };
    }
  }

  /** What the next record must hold on to, where this one is right if the suspect before it is wrong in a certain way. */
  #explained(record: ChainedRecord, commitment: string): string | undefined {
    const suspect = this.#suspect;
    if (suspect === undefined) return undefined;
    const { sequence, mac } = record;
    const isAt = (place: number, previousMac: string) => this.#macAt(record, commitment, place, previousMac) === mac;
    const place = sequence - this.#shift;
    if (sequence === suspect.record.sequence) {
      if (!isAt(place, suspect.previousMac)) return undefined;
      this.#resolve('inserted', 'it stands at the place of another record');
    } else if (isAt(place, suspect.rightMac)) {
      this.#resolve('changed', 'its code was changed');
    } else if (isAt(place - 1, suspect.previousMac)) {
      if (this.#macAt(suspect.record, suspect.commitment, place, mac) === suspect.record.mac) {
        this.#resolve('reordered', `it is record ${place} of the chain`);
        this.#tell('reordered', sequence, `it is record ${place - 1} of the chain`, record);
        return suspect.record.mac;
      }
      this.#resolve('inserted', 'it was put in, and those after it were numbered anew');
      this.#shift++;
    } else if (isAt(place + 1, suspect.record.mac)) {
      this.#resolve('removed', 'the record before it was removed, and those after were numbered anew');
      this.#shift--;
    } else return undefined;
    return mac;
  }

  #macAt(record: ChainedRecord, commitment: string, sequence: number, previousMac: string): string {
    return this.#key.macWith(record, sequence, previousMac, commitment);
  }

  #resolve(kind: BreakKind, says: string): void {
    const { record } = this.#suspect!;
    this.#suspect = undefined;
    this.#tell(kind, record.sequence, says, record);
  }

  /** Nothing after it explains it: what it is is said at the end, when all others are known. */
  #settleSuspect(): void {
    const suspect = this.#suspect;
    this.#suspect = undefined;
    if (suspect === undefined) return;
    if (this.#suspects.length < MOST_REORDERED) this.#suspects.push(suspect);
    else this.#tellChanged(suspect);
  }

  #tellChanged({ record }: Suspect): void {
    this.#tell('changed', record.sequence, 'it is not what was written there: it was changed, or put in', record);
  }

  #afterGap(record: ChainedRecord): void {
    this.#settleSuspect();
    const first = this.#last.sequence + 1;
    const last = record.sequence - 1;
    const which = first === last ? `record ${first} is` : `records ${first} to ${last} are`;
    this.#tell('removed', first, `${which} missing; so what stands at ${record.sequence} cannot be checked`);
    this.#last = { sequence: record.sequence, mac: record.mac };
  }

  #checkErasure(record: ChainedRecord): void {
    if (this.#key.isErasure(record.id, record)) this.#pseudonymised++;
    else this.#tell('changed', record.sequence, 'its texts are neither as written nor as an erasure left them', record);
  }

  #compare(sequence: number, mac: string): void {
    const heads = this.#heads.get(sequence);
    if (heads === undefined) return;
    this.#heads.delete(sequence);
    for (const head of heads) {
      if (head.mac === mac) continue;
      this.#tell('changed', sequence, `the chain up to here is another one than the one that ${head.where} tells of`);
    }
  }

  end(): ChainVerdict {
    this.#settleSuspect();
    this.#sayReordered();
    for (const heads of this.#heads.values()) for (const head of heads) this.#checkMissing(head);
    this.#breaks.sort((a, b) => a.sequence - b.sequence);
    return {
      records: this.#records,
      pseudonymised: this.#pseudonymised,
      broken: this.#broken,
      breaks: this.#breaks,
      head: { organizationId: this.#organizationId, ...this.#last },
    };
  }

  #checkMissing({ sequence, where }: Witnessed): void {
    // Before the base retention took it; within the chain it is told as missing already.
    if (sequence <= this.#last.sequence) return;
    const first = this.#last.sequence + 1;
    const which = first === sequence ? `record ${first} is` : `records ${first} to ${sequence} are`;
    this.#tell('cut off', first, `the end is missing: ${which} known to ${where}`);
  }

  /** Each suspect that is right at another's place was moved; one that is right at its own only follows one that was moved. */
  #sayReordered(): void {
    const places = this.#suspects.map(({ record, shift }) => record.sequence - shift);
    const macs = [...new Set(this.#suspects.flatMap(({ record, previousMac }) => [record.mac, previousMac]))];
    for (const suspect of this.#suspects) {
      const { record, commitment, shift } = suspect;
      const right = places.find((place) =>
        macs.some((previous) => this.#macAt(record, commitment, place, previous) === record.mac),
      );
      if (right === undefined) this.#tellChanged(suspect);
      else if (right !== record.sequence - shift) {
        this.#tell('reordered', record.sequence, `it is record ${right} of the chain`, record);
      }
    }
  }

  #tell(kind: BreakKind, sequence: number, says: string, record?: ChainedRecord): void {
    this.#broken++;
    if (this.#breaks.length >= MOST_BREAKS) return;
    const which = record && { id: record.id, operation: record.operation, at: record.at };
    this.#breaks.push({ organizationId: this.#organizationId, sequence, kind, says, record: which });
  }
}
