// Which organization has which identity, in whatever way: assigned, accepted, or recognized as its connector. Tells whether an
// identity overlaps anything of another organization without looking at all there is: connectors are many, and mail waits meanwhile.
import { hexOf, hexRange, type Prefix, parsePrefix } from '../mail/ip-address.ts';
import { domainOfLogin, holderKeys, type Identity, keyOf, SHORTEST } from './identity.ts';

interface Held {
  readonly organizationId: string;
  /** How often: assigned, and a connector's. */
  count: number;
}

/** Once for each time. */
interface HeldPrefix {
  readonly key: string;
  readonly organizationId: string;
}

export class Holdings {
  readonly #prefixes = new SortedPrefixes();
  /** Names, fingerprints, logins and domains. */
  readonly #exact = new Map<string, Held[]>();
  /** Under each wildcard what is below it, whether or not anybody has the wildcard. */
  readonly #below = new Map<string, Held[]>();

  add(organizationId: string, identity: Identity): void {
    if (identity.kind === 'addressPrefix') this.#prefixes.add(organizationId, identity.value);
    else this.#count(organizationId, identity, 1);
  }

  remove(organizationId: string, identity: Identity): void {
    if (identity.kind === 'addressPrefix') this.#prefixes.remove(organizationId, identity.value);
    else this.#count(organizationId, identity, -1);
  }

  /** Sorts what was added. Whoever adds many calls it, so that the first question does not wait for that. */
  prepare(): void {
    this.#prefixes.prepare();
  }

  #count(organizationId: string, identity: Identity, by: 1 | -1): void {
    count(this.#exact, keyOf(identity), organizationId, by);
    for (const key of wildcardsOver(identity)) count(this.#below, key, organizationId, by);
  }

  /**
   * True where somebody could be known by the identity and by one of another organization: one prefix inside the other, a certificate name
   * below a wildcard, a login in a domain of which all logins are meant. A login also overlaps its domain's acceptance: without a connector it belongs to it.
   */
  isForeign(organizationId: string, identity: Identity): boolean {
    if (identity.kind === 'addressPrefix') return this.#prefixes.isForeign(organizationId, identity.value);
    const isOther = (held: Held) => held.organizationId !== organizationId;
    const { kind, value } = identity;
    const over = kind === 'saslUsername' ? [`acceptedDomain ${domainOfLogin(value)}`] : [];
    const under = kind === 'acceptedDomain' ? [`saslUsername *@${value}`] : [];
    return (
      [...holderKeys(identity), ...over, ...under].some((key) => this.#exact.get(key)?.some(isOther) === true) ||
      [keyOf(identity), ...under].some((key) => this.#below.get(key)?.some(isOther) === true)
    );
  }
}

function wildcardsOver(identity: Identity): string[] {
  const own = keyOf(identity);
  return [...holderKeys(identity)].filter((key) => key !== own);
}

function count(map: Map<string, Held[]>, key: string, organizationId: string, by: 1 | -1): void {
  const all = map.get(key) ?? [];
  const held = all.find((one) => one.organizationId === organizationId);
  if (held !== undefined) held.count += by;
  else if (by === 1) all.push({ organizationId, count: 1 });
  const left = all.filter((one) => one.count > 0);
  if (left.length === 0) map.delete(key);
  else map.set(key, left);
}

/** Prefixes lie inside each other or apart. Sorted by their first address, a longer one after what holds it. */
class SortedPrefixes {
  #sorted: HeldPrefix[] = [];
  /** Not sorted in yet. */
  #added: HeldPrefix[] = [];

  add(organizationId: string, cidr: string): void {
    this.#added.push({ key: rangeOf(cidr).key, organizationId });
  }

  remove(organizationId: string, cidr: string): void {
    this.prepare();
    const { key } = rangeOf(cidr);
    for (let i = this.#firstFrom(key); this.#sorted[i]?.key === key; i++) {
      if (this.#sorted[i]!.organizationId !== organizationId) continue;
      this.#sorted.splice(i, 1);
      return;
    }
  }

  isForeign(organizationId: string, cidr: string): boolean {
    this.prepare();
    const { key, end } = rangeOf(cidr);
    for (const holder of holderKeysOf(cidr)) if (this.#isForeignWithin(organizationId, holder, holder)) return true;
    return this.#isForeignWithin(organizationId, key, end);
  }

  #isForeignWithin(organizationId: string, from: string, to: string): boolean {
    for (let i = this.#firstFrom(from); i < this.#sorted.length && this.#sorted[i]!.key <= to; i++) {
      if (this.#sorted[i]!.organizationId !== organizationId) return true;
    }
    return false;
  }

  /** The place of the first key that is not before this one. */
  #firstFrom(key: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  prepare(): void {
    const added = this.#added;
    if (added.length === 0) return;
    this.#added = [];
    if (added.length < 100) {
      for (const held of added) this.#sorted.splice(this.#firstFrom(held.key), 0, held);
      return;
    }
    this.#sorted = [...this.#sorted, ...added].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  }
}

interface Range {
  /** Sorts as the addresses do. */
  readonly key: string;
  /** Not before the key of anything that lies inside. */
  readonly end: string;
}

function rangeOf(cidr: string): Range {
  return rangeAt(parsePrefix(cidr)!);
}

function rangeAt({ family, network, length }: Prefix): Range {
  const { first, last } = hexRange(hexOf(network), length);
  return { key: `${family} ${first}/${String(length).padStart(3, '0')}`, end: `${family} ${last}/999` };
}

/** The keys of all that could hold it, itself left out. */
function* holderKeysOf(cidr: string): Generator<string> {
  const prefix = parsePrefix(cidr)!;
  for (let length: number = SHORTEST[prefix.family]; length < prefix.length; length++) {
    yield rangeAt({ ...prefix, length }).key;
  }
}
