// From the journal's record of a message to the observation that the detector reads. Live, the record is still without its end.
import type { MessageRecord } from '../activity/record.ts';
import { normalizeAddress } from '../mail/address.ts';
import type { ObservationEntry } from './entry.ts';

/** What the detector reads of a message's record, known when the message is judged. */
export type JudgedMessage = Pick<
  MessageRecord,
  | 'at'
  | 'organizationId'
  | 'connectorId'
  | 'userId'
  | 'connectorEpoch'
  | 'userEpoch'
  | 'listener'
  | 'clientAddress'
  | 'envelopeSender'
  | 'recipients'
  | 'messageBytes'
  | 'headerFrom'
  | 'messageId'
  | 'queueId'
  | 'spam'
  | 'replyTo'
  | 'isReply'
  | 'isAutomatic'
  | 'linkHosts'
  | 'misleadingLinks'
  | 'senderProvisioned'
  | 'fromProvisioned'
  | 'alikeElsewhere'
  | 'condemned'
  | 'sketch'
  | 'attempted'
  | 'feedbackFrom'
>;

/**
 * The observation of the message's connector, or of its user. The policy protocol's 250 is our own: the mail server's is not known. Where the
 * mail log is followed, a 250 only says that the queue took the recipient: its answer comes as a delivery record, and counts then.
 */
export function observationOf(record: JudgedMessage, of: 'connector' | 'user' = 'connector'): ObservationEntry {
  const isNotFinal = record.listener === 'postfix-policy' || record.feedbackFrom !== undefined;
  return {
    kind: 'observation',
    at: record.at,
    epoch: of === 'connector' ? record.connectorEpoch : record.userEpoch,
    recipients: record.recipients
      .filter(({ limited }) => limited !== true)
      .map(({ address, code, relaying }) => ({
        address: normalizeAddress(address),
        code: isNotFinal && code < 400 ? 0 : code,
        relaying,
      })),
    envelopeSender: normalizeAddress(record.envelopeSender),
    clientAddress: record.clientAddress,
    headerFrom: record.headerFrom,
    messageBytes: record.messageBytes,
    sketch: record.sketch,
    spam: record.spam,
    replyTo: record.replyTo,
    isReply: record.isReply,
    isAutomatic: record.isAutomatic,
    linkHosts: record.linkHosts,
    misleadingLinks: record.misleadingLinks,
    senderProvisioned: record.senderProvisioned,
    fromProvisioned: record.fromProvisioned,
    messageId: record.messageId,
    queueId: record.queueId,
    userId: record.userId,
    alikeElsewhere: record.alikeElsewhere,
    condemned: record.condemned,
    attempted: record.attempted,
  };
}
