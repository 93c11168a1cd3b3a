// Where the next page begins, as a text that only this guard can make and read. It holds the whole question, so that nothing is kept for whoever
// does not come back, and is good for half an hour, for who got it, in the organization that he asked about.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { RowRange } from '../../cmdlets/cmdlet.ts';
import type { CmdletInput } from './cmdlet-input.ts';
import { expiredPage, invalidRequest } from './refusals.ts';

/** After the row with this key, up to the last one that there was at the first page; or, of rows without keys, after so many. */
export type Place = RowRange | { readonly skip: number };

/** Whose link it is. */
export interface Holder {
  readonly principalId: string;
  readonly organizationId: string;
}

interface Sealed extends Holder {
  readonly place: Place;
  readonly until: number;
  readonly digest: string;
  /** Absent where it would make the link longer than servers take: such a page is asked for with the body. */
  readonly input?: CmdletInput;
}

const VALID_MS = 30 * 60_000;
const LONGEST_INPUT = 3_000;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface PageLinksOptions {
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

export class PageLinks {
  readonly #options: PageLinksOptions;
  /** Of this process: after a restart a list begins anew. */
  readonly #key: Buffer;

  constructor(options: PageLinksOptions) {
    this.#options = options;
    this.#key = options.randomBytes(32);
  }

  /** base64url. */
  seal(place: Place, input: CmdletInput, holder: Holder): string {
    const { now, randomBytes } = this.#options;
    const { principalId, organizationId } = holder;
    const isShort = JSON.stringify(input).length <= LONGEST_INPUT;
    const sealed: Sealed = {
      principalId,
      organizationId,
      place,
      until: now() + VALID_MS,
      digest: digestOf(input),
      ...(isShort ? { input } : {}),
    };
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(sealed)), cipher.final()]);
    return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url');
  }

  /**
   * What is asked for, and from where on. `asked`: the body of a client that sends it again; it must be the same. Throws CmdletError, the same for
   * forged, expired and somebody else's.
   */
  open(token: string, asked: CmdletInput | undefined, holder: Holder): { input: CmdletInput; place: Place } {
    const sealed = this.#unsealed(token);
    if (
      sealed === undefined ||
      sealed.until <= this.#options.now() ||
      sealed.principalId !== holder.principalId ||
      sealed.organizationId !== holder.organizationId ||
      (asked !== undefined && digestOf(asked) !== sealed.digest)
    ) {
      throw expiredPage();
    }
    const input = asked ?? sealed.input;
    if (input !== undefined) return { input, place: sealed.place };
    throw invalidRequest('The parameters are too long for a link: POST the same body to it.', {
      errorId: 'InvalidPaginationRequest',
    });
  }

  #unsealed(token: string): Sealed | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return JSON.parse(Buffer.concat([text, decipher.final()]).toString()) as Sealed;
    } catch {
      return undefined;
    }
  }
}

/** Of what makes two questions different; the order of the parameters does not. */
function digestOf({ name, parameters }: CmdletInput): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([name.toLowerCase(), sorted]))
    .digest('base64url');
}
