// Where the doors ask the content filter: at the end of a message, once, before the guard judges it.
import type { ContentFilter } from '../content-filter/content-filter.ts';
import type { MessageCopy } from '../content-filter/message-copy.ts';
import type { RelayedMessage } from '../mail/relay-request.ts';

/** The message with the filter's word on it; at once where there is no copy to ask about. Never rejects, and keeps the filter's budget. */
export function filtered(
  message: RelayedMessage,
  copy: MessageCopy | undefined,
  filter: ContentFilter | undefined,
): RelayedMessage | Promise<RelayedMessage> {
  const { client, envelopeSender, recipients, queueId, content } = message;
  if (filter === undefined || copy === undefined || content === undefined) return message;
  const taken = recipients.filter(({ code }) => code < 300).map(({ address }) => address);
  return filter
    .word(copy, { client, envelopeSender, recipients: taken, queueId })
    .then((spam) => ({ ...message, content: { ...content, spam } }));
}
