// One message, from MAIL to its end: what the milter's events tell of it, within bounds.
import type { ContentFilterWord } from '../../mail/content-filter.ts';
import type { HeaderField } from '../../mail/header-reader.ts';
import { BODY_BYTES, messageContent } from '../../mail/message-content.ts';
import type { RecipientAnswer, RelayClient, RelayedMessage } from '../../mail/relay-request.ts';
import { HeaderBlock } from './header-block.ts';

/** What MAIL says. */
export interface MessageStart {
  /** '' is the null sender. */
  readonly envelopeSender: string;
  readonly saslUsername: string | undefined;
  /** The client's SIZE, 0 where it declared none. */
  readonly declaredBytes: number;
  readonly instance: string;
  readonly since: number;
}

/** A field has two NUL as separators here, and ': ' and CRLF in the message. */
const MORE_SEPARATORS = 2;

const NO_BODY = Buffer.alloc(0);

export class OpenMessage {
  readonly start: MessageStart;
  readonly recipients: RecipientAnswer[] = [];
  queueId: string | undefined;
  readonly #headers = new HeaderBlock();
  #body: Buffer = NO_BODY;
  /** Of header and body, as far as they were shown to us. */
  #seenBytes = 0;
  /** The mail server keeps the rest of the body to itself, as we asked it to. */
  isSkipped = false;

  constructor(start: MessageStart, queueId: string | undefined) {
    this.start = start;
    this.queueId = queueId;
  }

  addHeader(field: HeaderField, payloadBytes: number): void {
    this.#headers.add(field);
    this.#seenBytes += payloadBytes + MORE_SEPARATORS;
  }

  /** Copies what is looked at. */
  addBody(piece: Buffer): void {
    this.#seenBytes += piece.length;
    const room = BODY_BYTES - this.#body.length;
    if (room <= 0) return;
    const taken = piece.length > room ? piece.subarray(0, room) : piece;
    this.#body = this.#body.length === 0 ? Buffer.from(taken) : Buffer.concat([this.#body, taken]);
  }

  get hasEnoughBody(): boolean {
    return this.#body.length >= BODY_BYTES;
  }

  /** The whole as the guard judges it. `serverBytes` is the size that the mail server told, 0 where it did not. */
  relayed(client: RelayClient, contentFilter: ContentFilterWord, serverBytes: number): RelayedMessage {
    const { envelopeSender, instance, since, declaredBytes } = this.start;
    const headers = this.#headers.fields;
    const spam = contentFilter(headers, { queueId: this.queueId });
    return {
      listener: 'milter',
      client,
      envelopeSender,
      recipients: this.recipients,
      messageBytes: serverBytes || (this.isSkipped ? declaredBytes : this.#seenBytes),
      queueId: this.queueId,
      instance,
      since,
      content: messageContent(headers, this.#body, spam),
      attempted: false,
    };
  }
}
