// One message, from MAIL to its end: what the milter's events tell of it, within bounds.
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import type { MessageCopy } from '../../content-filter/message-copy.ts';
import type { Decision } from '../../decision/decision.ts';
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
const CRLF = Buffer.from('\r\n');

export class OpenMessage {
  readonly start: MessageStart;
  readonly recipients: RecipientAnswer[] = [];
  queueId: string | undefined;
  /**
   * What a recipient of local submission would have been answered: cleanup(8) knows no refused recipient, it calls that a configuration
   * error and tries the message again for ever. So the whole message gets the first such answer, at its end.
   */
  postponed: Decision | undefined;
  /** For a content filter that reads the whole; undefined where none will be asked. */
  copy: MessageCopy | undefined;
  #hasBody = false;
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

  /** False once its first header field or body piece has come: its recipients are then all known. */
  get isEnvelopeOnly(): boolean {
    return this.#seenBytes === 0;
  }

  /** `payload` is the field as it was sent: name and value, NUL behind each. */
  addHeader(field: HeaderField, payload: Buffer): void {
    this.#headers.add(field);
    this.#seenBytes += payload.length + MORE_SEPARATORS;
    this.copy?.write(fieldLine(payload));
  }

  /** Copies what is looked at. */
  addBody(piece: Buffer): void {
    this.#seenBytes += piece.length;
    this.#copyBody(piece);
    const room = BODY_BYTES - this.#body.length;
    if (room <= 0) return;
    const taken = piece.length > room ? piece.subarray(0, room) : piece;
    this.#body = this.#body.length === 0 ? Buffer.from(taken) : Buffer.concat([this.#body, taken]);
  }

  /** A content filter wants the whole, unless it is too long for it. */
  get hasEnoughBody(): boolean {
    return this.#body.length >= BODY_BYTES && (this.copy === undefined || this.copy.isTooLong);
  }

  #copyBody(piece: Buffer): void {
    if (!this.#hasBody) this.copy?.write(CRLF);
    this.#hasBody = true;
    this.copy?.write(piece);
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

/** A header field as it stands in a message. The milter protocol ends the lines of a folded one with LF alone. */
function fieldLine(payload: Buffer): Buffer {
  const [name = '', value = ''] = payload.toString('latin1').split('\0');
  return Buffer.from(`${name}: ${value.replace(/\r?\n/g, '\r\n')}\r\n`, 'latin1');
}
