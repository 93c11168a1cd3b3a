// New texts, links and Reply-To addresses that go to strangers, across the connectors and users of one organization: a run that alternates over four
// connectors is a quarter of a run to each of them. In memory, of the last day. What is found here is written into the message's record,
// so the test of an entity stays a function of its own log.
import { SIMILAR_FROM, similar } from './sketch.ts';

const DAY_MS = 86_400_000;
/** Of an organization; the one seen longest ago goes. */
const MOST_TRACES = 256;
/** What a restricted entity sent fewer copies of was not what it was restricted for. */
const CONDEMNED_FROM = 3;

/** What is new to its entity in a message to strangers. */
export interface Strange {
  readonly sketch: Int32Array | undefined;
  /** Sites of links, and addresses elsewhere that answers go to, as hashes. */
  readonly leads: readonly number[];
}

export interface Sender {
  readonly connectorId?: string | undefined;
  readonly userId?: string | undefined;
}

/** What others of the organization sent of the same; fields are left out where there is nothing to say. */
export interface Elsewhere {
  readonly alikeElsewhere?: number | undefined;
  readonly condemned?: boolean | undefined;
}

interface Trace extends Sender {
  readonly sketch: Int32Array | undefined;
  readonly lead: number;
  messages: number;
  lastAt: number;
  isCondemned: boolean;
}

const NOTHING: Elsewhere = {};

export class Campaigns {
  readonly #byOrganization = new Map<string, Trace[]>();

  elsewhere(organizationId: string, sender: Sender, strange: Strange, at: number): Elsewhere {
    const traces = this.#byOrganization.get(organizationId);
    if (traces === undefined) return NOTHING;
    let alikeElsewhere = 0;
    let condemned = false;
    for (const trace of traces) {
      if (at - trace.lastAt > DAY_MS || isOf(trace, sender) || !isOneOf(trace, strange)) continue;
      alikeElsewhere = Math.max(alikeElsewhere, trace.messages);
      condemned ||= trace.isCondemned;
    }
    return alikeElsewhere === 0 ? NOTHING : { alikeElsewhere, condemned: condemned || undefined };
  }

  /** A message that was taken, or refused because it tipped the sum. */
  note(organizationId: string, sender: Sender, { sketch, leads }: Strange, at: number): void {
    const traces = this.#tracesOf(organizationId);
    if (sketch !== undefined) count(traces, sender, { sketch, leads: [] }, { sketch, lead: 0 }, at);
    for (const lead of leads) {
      count(traces, sender, { sketch: undefined, leads: [lead] }, { sketch: undefined, lead }, at);
    }
  }

  /** The entity was restricted: what it sent is known for what it is, for a day. */
  condemn(organizationId: string, entityId: string): void {
    for (const trace of this.#byOrganization.get(organizationId) ?? []) {
      if (trace.messages >= CONDEMNED_FROM && concerns(trace, entityId)) trace.isCondemned = true;
    }
  }

  /** The entity was unblocked: an admin has looked at it. */
  acquit(organizationId: string, entityId: string): void {
    const traces = this.#byOrganization.get(organizationId);
    const others = traces?.filter((trace) => !concerns(trace, entityId));
    if (others !== undefined) this.#byOrganization.set(organizationId, others);
  }

  #tracesOf(organizationId: string): Trace[] {
    let traces = this.#byOrganization.get(organizationId);
    if (traces === undefined) {
      traces = [];
      this.#byOrganization.set(organizationId, traces);
    }
    return traces;
  }
}

function count(
  traces: Trace[],
  sender: Sender,
  strange: Strange,
  begin: Pick<Trace, 'sketch' | 'lead'>,
  at: number,
): void {
  const known = traces.find(
    (trace) => isOf(trace, sender) && trace.userId === sender.userId && isOneOf(trace, strange),
  );
  if (known !== undefined) {
    known.messages = at - known.lastAt > DAY_MS ? 1 : known.messages + 1;
    known.lastAt = at;
    return;
  }
  const { connectorId, userId } = sender;
  traces.push({ ...begin, connectorId, userId, messages: 1, lastAt: at, isCondemned: false });
  if (traces.length > MOST_TRACES) traces.splice(traces.indexOf(traces.reduce(older)), 1);
}

const older = (a: Trace, b: Trace): Trace => (b.lastAt < a.lastAt ? b : a);

/** Users of one connector are not elsewhere. */
function isOf(trace: Trace, { connectorId, userId }: Sender): boolean {
  return connectorId === undefined ? trace.userId === userId : trace.connectorId === connectorId;
}

function concerns({ connectorId, userId }: Sender, entityId: string): boolean {
  return connectorId === entityId || userId === entityId;
}

function isOneOf({ sketch, lead }: Trace, strange: Strange): boolean {
  if (sketch === undefined) return strange.leads.includes(lead);
  return strange.sketch !== undefined && similar(sketch, strange.sketch) >= SIMILAR_FROM;
}
