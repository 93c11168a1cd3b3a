// Counts by what messages have in common.
import type { Message } from '../../parts/messages/message-filter.ts';

export interface Top {
  readonly key: string;
  /** The newest of them. */
  readonly first: Message;
  readonly messages: number;
  readonly recipients: number;
  readonly accepted: number;
}

const MOST = 25;

/**
 * The keys with the most messages, at most 25. `keysOf` gives one for the whole message, or one for each recipient: a message counts
 * once for each of its keys, a recipient for his own.
 */
export function topOf(messages: readonly Message[], keysOf: (message: Message) => readonly string[]): readonly Top[] {
  const tops = new Map<string, Top>();
  for (const message of messages) {
    const keys = keysOf(message);
    for (const key of new Set(keys)) {
      const before = tops.get(key) ?? { key, first: message, messages: 0, recipients: 0, accepted: 0 };
      const isOfAll = keys.length === 1;
      const recipients = isOfAll ? message.recipients.length : keys.filter((each) => each === key).length;
      tops.set(key, {
        ...before,
        messages: before.messages + 1,
        recipients: before.recipients + recipients,
        accepted: before.accepted + (message.outcome === 'accepted' ? 1 : 0),
      });
    }
  }
  return [...tops.values()].sort((a, b) => b.messages - a.messages || b.recipients - a.recipients).slice(0, MOST);
}
