// May it pass now? From memory: attribution, accepted domains and the active restrictions. Pure, no I/O.
import type { Attribution } from '../attribution/attribution.ts';
import type { Exceeded } from '../limits/send-limiter.ts';
import type { ListenerName } from '../mail/relay-request.ts';
import { REPLIES } from '../mail/replies.ts';
import type { Reply } from '../mail/reply.ts';
import type { ActiveRestriction } from '../restrictions/active-list.ts';
import { ACCEPT, type Decision } from './decision.ts';
import { type AcceptedBy, isAlwaysAccepted, isRelaying, relaysForNobody } from './relaying.ts';

export interface DecisionTables {
  readonly acceptedBy: AcceptedBy;
  readonly restrictionOf: (entityId: string) => ActiveRestriction | undefined;
}

export const rejectRelay: Decision = { action: 'reject', reply: REPLIES.relayDenied, because: 'relay-denied' };
export const deferUncertain: Decision = { action: 'defer', reply: REPLIES.guardUncertain, because: 'uncertain' };
export const holdNewConnector: Decision = {
  action: 'defer',
  reply: REPLIES.newConnectorHeld,
  because: 'new-connector',
};

/** A sending limit in the way whose action is not a restriction. */
export function limited({ measure, limit }: Exceeded): Decision {
  if (limit.action === 'refuse')
    return { action: 'reject', reply: REPLIES.dailyLimitReached, because: 'sending-limit' };
  const reply = measure === 'recipientsPerMessage' ? REPLIES.tooManyRecipients : REPLIES.sendingLimitReached;
  return { action: 'defer', reply, because: 'sending-limit' };
}

/** A restriction that stands in the way, and the decision once it is durable. */
export interface Refusal {
  readonly restriction: ActiveRestriction;
  readonly decision: Decision;
}

/** What stands in the way of this recipient, if anything: the user's restriction for any recipient, the connector's for relaying ones. */
export function refusalOf(attribution: Attribution, recipient: string, tables: DecisionTables): Refusal | undefined {
  const ofUser = attribution.user && tables.restrictionOf(attribution.user.id);
  const ofConnector = attribution.connector && tables.restrictionOf(attribution.connector.id);
  if (ofUser === undefined && ofConnector === undefined) return undefined;
  if (isAlwaysAccepted(recipient, attribution.organizationId, tables.acceptedBy)) return undefined;
  if (ofUser !== undefined) return { restriction: ofUser, decision: rejectRestricted('user', ofUser) };
  if (isRelaying(recipient, attribution.organizationId, tables.acceptedBy)) {
    return { restriction: ofConnector!, decision: rejectRestricted('connector', ofConnector!) };
  }
  return undefined;
}

/** The fixed reply of a restricted entity. Permanent only once the restriction is durable; temporary until then. */
export function rejectRestricted(kind: 'connector' | 'user', restriction: ActiveRestriction): Decision {
  if (!restriction.durable) return deferUncertain;
  const reply: Reply = kind === 'connector' ? REPLIES.restrictedConnector : REPLIES.restrictedUser;
  return { action: 'reject', reply, because: kind === 'connector' ? 'restricted-connector' : 'restricted-user' };
}

/**
 * A recipient at RCPT. A restriction that is not durable yet gives a `defer`: the caller may wait for `settled` and ask again.
 * Relaying of nobody we know is refused at our own relay only: a mail server that asks us has its own relay rules.
 */
export function decideRecipient(
  attribution: Attribution | undefined,
  recipient: string,
  listener: ListenerName,
  tables: DecisionTables,
): Decision {
  if (attribution === undefined) {
    return listener !== 'smtp-relay' || !relaysForNobody(recipient, tables.acceptedBy) ? ACCEPT : rejectRelay;
  }
  const refusal = refusalOf(attribution, recipient, tables);
  if (refusal !== undefined) return refusal.decision;
  if (
    attribution.connector?.type === 'Partner' &&
    attribution.user === undefined &&
    isRelaying(recipient, attribution.organizationId, tables.acceptedBy)
  ) {
    return rejectRelay;
  }
  return ACCEPT;
}
