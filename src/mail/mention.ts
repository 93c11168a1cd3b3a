// Where texts mention a mail address, however it is written there, and the texts without it. Pure.
import { domainToUnicode } from 'node:url';
import { domainOf, normalizeAddress, unbracket } from './address.ts';

/** `jimbob@far.example`, `bob@far.example.org` and `x+bob@far.example` are other addresses than `bob@far.example`. */
const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}._+-])`;
/** Inside another address's local part a hyphen or a plus sign parts it from what it begins with: `bounce-bob=far.example@list.example`. */
const NOT_BEFORE_INSIDE = String.raw`(?<![\p{L}\p{N}._])`;
const NOT_AFTER = String.raw`(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])`;

export class Mention {
  /** Normalized. */
  readonly address: string;
  /** Lower case, as they stand in a text and in JSON. */
  readonly #written: readonly string[];
  readonly #pattern: RegExp;

  private constructor(address: string) {
    this.address = address;
    const forms = formsOf(address);
    this.#written = [...new Set([...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))])];
    const patterns = forms.map((form) => (form.includes('@') ? NOT_BEFORE : NOT_BEFORE_INSIDE) + RegExp.escape(form));
    this.#pattern = new RegExp(`(?:${patterns.join('|')})${NOT_AFTER}`, 'giu');
  }

  /** Undefined for what is no address: a local part and a domain with a dot in it. */
  static of(text: string): Mention | undefined {
    const address = normalizeAddress(unbracket(text));
    const isAddress = address.length <= 320 && /^[^\s@"<>]+@[^\s@]+\.[^\s@]+$/.test(address);
    return isAddress ? new Mention(address) : undefined;
  }

  /** False is certain, true is not: a quick look at a text in lower case, JSON or not. */
  mayBeIn(lowered: string): boolean {
    return this.#written.some((form) => lowered.includes(form));
  }

  isIn(text: string): boolean {
    return this.mayBeIn(text.toLowerCase()) && text.search(this.#pattern) !== -1;
  }

  /** The same text where it is not mentioned. */
  replacedIn(text: string, by: string): string {
    return this.mayBeIn(text.toLowerCase()) ? text.replace(this.#pattern, () => by) : text;
  }

  /** A structure of JSON with all of its texts replaced; the very same where none mentions the address. */
  replacedInAll<Value>(value: Value, by: string): Value {
    return replacedInAll(value, (text) => this.replacedIn(text, by)) as Value;
  }
}

/** As people write it, with the domain in both spellings (RFC 5890), as VERP puts it into a sender's local part, and as SRS does. */
function formsOf(address: string): readonly string[] {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainOf(address);
  const domains = new Set([domain, domainToUnicode(domain)].filter((each) => each !== ''));
  return [...domains].flatMap((each) => [`${local}@${each}`, `${local}=${each}`, `${each}=${local}`]);
}

function replacedInAll(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => replacedInAll(item, replace));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const before = Object.entries(value);
  const after = before.map(([key, item]): [string, unknown] => [replace(key), replacedInAll(item, replace)]);
  const isChanged = after.some(([key, item], i) => key !== before[i]![0] || item !== before[i]![1]);
  return isChanged ? Object.fromEntries(after) : value;
}
