// Which mail was seen before. The rule: a message is a repeat when one of the same connector and user with the same envelope sender,
// the same recipients and the same text was accepted or tipped in the last five days, and it carries the same Message-ID or
// the same queue identifier.
//
// So a monitoring alert every ten minutes is no repeat: each has an identifier of its own. A message that was deferred or aborted and comes
// again is none either: it was no evidence before, and counts once when it is taken at last. What is a repeat: a second pass
// of the same mail (a filter that gives it back, a service listed twice), and a retry of what the mail server had deferred behind
// our back after we had let it pass. Where neither identifier is known (a device without Message-ID through the policy protocol
// before the queue), nothing is a repeat.
import { hash32, mix32 } from './hash.ts';
import type { Message } from './message.ts';
import type { JudgedMessage } from './observation.ts';

const FIVE_DAYS = 5 * 86_400_000;
/** Of one generation; a message has two. When one is full the one before it is forgotten: then a retry counts once more. */
const MOST_KEYS = 32_768;

export class Repeats {
  /** When each key was last seen. */
  #young = new Map<number, number>();
  #old = new Map<number, number>();

  isRepeat(subject: JudgedMessage, message: Message): boolean {
    return keysOf(subject, message).some((key) => {
      const at = this.#young.get(key) ?? this.#old.get(key);
      return at !== undefined && message.at - at <= FIVE_DAYS;
    });
  }

  /** The message was accepted, or tipped the sum. */
  remember(subject: JudgedMessage, message: Message): void {
    for (const key of keysOf(subject, message)) this.#young.set(key, message.at);
    if (this.#young.size < MOST_KEYS) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

function keysOf(subject: JudgedMessage, message: Message): number[] {
  const { messageId, queueId } = subject;
  if (messageId === '' && queueId === '') return [];
  const same = hashOfRest(subject, message);
  const keys: number[] = [];
  if (messageId !== '') keys.push(hash53(messageId, same));
  if (queueId !== '') keys.push(hash53(queueId, ~same));
  return keys;
}

/** Entities, sender, recipients in any order, and text. */
function hashOfRest({ connectorId = '', userId = '' }: JudgedMessage, message: Message): number {
  let recipients = 0;
  for (const hash of message.recipients) recipients = (recipients + mix32(hash)) | 0;
  let all = hash32(connectorId, hash32(userId, message.sender)) ^ recipients;
  if (message.sketch !== undefined) for (const value of message.sketch) all = mix32(Math.imul(all, 31) + value);
  return all;
}

/** Enough bits that no two of the kept keys are ever equal by chance. */
function hash53(identifier: string, key: number): number {
  return hash32(identifier, key) * 0x20_0000 + (hash32(identifier, mix32(key ^ 0x9e3779b9)) >>> 11);
}
