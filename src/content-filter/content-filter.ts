// A content filter that is asked about each message: what the doors see of it, and what the protocol of a filter has to give.
import type { RelayClient } from '../mail/relay-request.ts';
import type { MessageCopy } from './message-copy.ts';

/** What is known of a message beside its bytes. */
export interface Envelope {
  readonly client: RelayClient;
  /** '' is the null sender. */
  readonly envelopeSender: string;
  /** Those that were taken. */
  readonly recipients: readonly string[];
  readonly queueId?: string | undefined;
}

/** A content filter as the doors see it. */
export interface ContentFilter {
  /** To be filled with the bytes of one message as they come. */
  begin(bytesAre: 'plain' | 'dot-stuffed'): MessageCopy;
  /**
   * Does the filter call it spam (true) or not (false)? Undefined: it did not speak, whatever the reason. Resolves within the
   * budget; never rejects.
   */
  word(copy: MessageCopy, envelope: Envelope): Promise<boolean | undefined>;
}

/** One question and its answer, in one filter's protocol. */
export interface FilterProtocol {
  /** For the log and the alert: `rspamd at 127.0.0.1:11333`. */
  readonly name: string;
  /** Asks once. Does not know the budget: at its end `signal` aborts, and whatever is answered then counts no more. */
  ask(message: Buffer, envelope: Envelope, signal: AbortSignal): Promise<FilterAnswer>;
}

export type FilterAnswer =
  /** Undefined: the filter works and has no opinion of this message. */
  | { readonly spam: boolean | undefined }
  /** It could not be reached, answered something else, or not in time; `words` for the log. */
  | { readonly failure: 'unreachable' | 'unreadable' | 'timeout'; readonly words: string };
