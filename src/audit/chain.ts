// The chain that holds an organization's audit records together: each carries a code over itself and the one before it, made with a key that is
// not in the database. Who changes the database cannot make the codes again. Pure.
import { hash } from 'node:crypto';
import type { AuditRecord } from './audit-record.ts';
import { hmacWith } from './hmac.ts';

/** A place in a chain. */
export interface ChainPoint {
  /** '' for the provider's own chain. */
  readonly organizationId: string;
  /** Of the record at this place; 0 before the first. */
  readonly sequence: number;
  /** Of that record, 64 hexadecimal digits; NO_MAC before the first. */
  readonly mac: string;
}

/** Where the oldest record that is kept begins: the last one that retention removed. */
export interface ChainBase extends ChainPoint {
  /** Made with the key, so that nobody else can move a base. */
  readonly proof: string;
}

/** The texts of a record that name people, as they are stored: the chain holds their commitment, so that they can be erased. */
export interface ErasableContent {
  readonly by: string;
  readonly objectId: string;
  readonly clientAddress: string;
  /** JSON. */
  readonly parameters: string;
  /** JSON. */
  readonly changes: string | null;
}

/** How the commitment of a record is known: from its salt and texts, or after an erasure by itself, proven with the key. */
export interface Seal {
  /** 32 hexadecimal digits; null once the record was pseudonymised. */
  readonly salt: string | null;
  /** Of the texts as they were; null as long as they are. */
  readonly commitment: string | null;
  /** Over commitment and texts as they are now. */
  readonly erasureMac: string | null;
}

/** An audit record in its chain, as it is stored. */
export interface ChainedRecord extends ErasableContent, Seal {
  readonly id: string;
  readonly at: number;
  readonly organizationId: string;
  readonly operation: string;
  readonly userType: string;
  readonly userKey: string;
  readonly result: string;
  readonly sequence: number;
  readonly mac: string;
}

/** What an erasure asks: the seal of a record whose texts become `after`. */
export type Reseal = (id: string, before: ErasableContent & Seal, after: ErasableContent) => Seal;

/** The mac before the first. */
export const NO_MAC = '0'.repeat(64);
export const SALT_BYTES = 16;

/**
 * The one text for a list of texts, numbers and nulls: each text stands behind its length, so that two different lists never look alike.
 * JSON would do as well, in three times the time.
 */
function encoded(kind: string, fields: readonly (string | number | null)[]): string {
  let text = kind;
  for (const field of fields) {
    if (typeof field === 'string') text += `|${field.length}:${field}`;
    else if (typeof field === 'number') text += `|n${field}`;
    // Somebody may have put a value into the database that is of no such type.
    else text += field === null ? '|-' : '|?';
  }
  return text;
}

export function commitmentOf(
  salt: string,
  { by, objectId, clientAddress, parameters, changes }: ErasableContent,
): string {
  return hash('sha256', encoded('content', [salt, by, objectId, clientAddress, parameters, changes]), 'hex');
}

/** Makes and checks everything that needs the key. */
export class ChainKey {
  readonly #hmac: (text: string) => string;

  /** 32 secret bytes, kept outside the database. */
  constructor(key: Uint8Array) {
    this.#hmac = hmacWith(key);
  }

  /** The record as the next one after `previous`, whose mac it takes up. */
  chain(record: AuditRecord, previous: ChainPoint, salt: string): ChainedRecord {
    const texts = {
      id: record.id,
      at: record.at,
      organizationId: record.organizationId,
      operation: storable(record.operation),
      userType: record.userType,
      userKey: storable(record.userKey),
      by: storable(record.by),
      objectId: storable(record.objectId),
      clientAddress: storable(record.clientAddress),
      parameters: JSON.stringify(record.parameters),
      changes: record.changes === undefined ? null : JSON.stringify(record.changes),
      result: record.result,
    };
    return this.link({ ...texts, salt, commitment: null, erasureMac: null }, previous);
  }

  /** The same for what is stored already. */
  link(record: Omit<ChainedRecord, 'sequence' | 'mac'>, previous: ChainPoint): ChainedRecord {
    const sequence = previous.sequence + 1;
    return { ...record, sequence, mac: this.macOf(record, sequence, previous.mac) };
  }

  /** The mac that the record would have at this place. */
  macOf(record: Omit<ChainedRecord, 'sequence' | 'mac'>, sequence: number, previousMac: string): string {
    return this.macWith(record, sequence, previousMac, this.commitment(record));
  }

  /** `macOf` where the commitment is known. */
  macWith(
    { id, at, operation, userType, userKey, organizationId, result }: Omit<ChainedRecord, 'sequence' | 'mac'>,
    sequence: number,
    previousMac: string,
    commitment: string,
  ): string {
    const fields = [previousMac, sequence, id, at, operation, userType, userKey, organizationId, result, commitment];
    return this.#hmac(encoded('record', fields));
  }

  /** The commitment that the record's chain must hold. */
  commitment(record: ErasableContent & Seal): string {
    return record.salt === null ? (record.commitment ?? '') : commitmentOf(record.salt, record);
  }

  /** True for texts that are as an erasure by this key left them. */
  isErasure(id: string, record: ErasableContent & Seal): boolean {
    if (record.salt !== null || record.commitment === null) return false;
    return record.erasureMac === this.#erasureMac(id, record.commitment, record);
  }

  /**
   * The salt goes, without which nobody can try out what stood there. A record that somebody had changed stays a changed one: where texts
   * were erased before and are not as that left them, their mac is not made anew.
   */
  readonly reseal: Reseal = (id, before, after) => {
    const commitment = this.commitment(before);
    const isWhole = before.salt !== null || this.isErasure(id, before);
    const erasureMac = isWhole ? this.#erasureMac(id, commitment, after) : before.erasureMac;
    return { salt: null, commitment, erasureMac };
  };

  #erasureMac(id: string, commitment: string, content: ErasableContent): string {
    const { by, objectId, clientAddress, parameters, changes } = content;
    return this.#hmac(encoded('erased', [id, commitment, by, objectId, clientAddress, parameters, changes]));
  }

  baseAt({ organizationId, sequence, mac }: ChainPoint): ChainBase {
    return { organizationId, sequence, mac, proof: this.#hmac(encoded('base', [organizationId, sequence, mac])) };
  }

  isBase(base: ChainBase): boolean {
    return this.baseAt(base).proof === base.proof;
  }

  /** Of a text of ours that is kept elsewhere. */
  proofOf(kind: string, text: string): string {
    return this.#hmac(encoded(kind, [text]));
  }
}

/** A database gives back other characters than it got for NUL and for what is no well-formed Unicode. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').toWellFormed();
}
