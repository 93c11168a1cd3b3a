// One message of one session: from MAIL FROM to the answer to its dot, or to its earlier end. Asks the guard for each recipient,
// hands on what may pass, and keeps the last bytes back until the guard has judged the whole. It holds no mail: what it keeps of a
// message is little more than FIRST_BYTES, until the next hop has taken them, and the bounded copy that a content filter is to read.
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import type { MessageCopy } from '../../content-filter/message-copy.ts';
import { ContentReader } from '../../mail/message-content.ts';
import type { RecipientAnswer, RelayClient, RelayedMessage } from '../../mail/relay-request.ts';
import { multiLine } from '../../mail/reply.ts';
import { filtered } from '../filtered-message.ts';
import type { Guard } from '../guard.ts';
import type { ReversePath } from './mail-path.ts';
import type { Delivery } from './next-hop.ts';
import { countReceived } from './received.ts';
import { codeOf } from './reply-reader.ts';

/** A message up to this length goes out in one write, with its dot, and not at all where the guard refuses it. */
const FIRST_BYTES = 65_536;
/** RFC 5321 6.3: at least 100 Received fields are no loop yet. */
const MOST_RECEIVED = 100;
/** Pieces are joined now and then: a client that sends byte by byte must not cost more than one that does not. */
const MOST_PIECES = 64;

export interface Beginning {
  readonly guard: Guard;
  readonly contentFilter: ContentFilterWord | undefined;
  readonly askedFilter: ContentFilter | undefined;
  readonly client: RelayClient;
  readonly path: ReversePath;
  readonly instance: string;
  readonly delivery: Delivery;
  /** Our own line, before the client's first. */
  readonly trace: Buffer;
}

export class Transaction {
  readonly #from: Beginning;
  readonly #since: number;
  readonly #recipients: RecipientAnswer[] = [];
  readonly #content = new ContentReader();
  /** For a content filter that reads the whole; undefined where none will be asked. */
  #copy: MessageCopy | undefined;
  /** Not handed on yet: our trace first. */
  #pieces: Buffer[];
  #pieceBytes = 0;
  #isStreaming = false;
  #isLooping = false;
  #isOver = false;

  constructor(beginning: Beginning) {
    this.#from = beginning;
    this.#since = beginning.guard.now();
    this.#pieces = [beginning.trace];
  }

  get isSmtpUtf8(): boolean {
    return this.#from.path.isSmtpUtf8;
  }

  get instance(): string {
    return this.#from.instance;
  }

  get recipientCount(): number {
    return this.#recipients.length;
  }

  /** Somebody is to get the message. */
  get hasRecipients(): boolean {
    return this.#recipients.some(({ code }) => code < 300);
  }

  /** The guard's refusal, which the next hop never hears of, or the next hop's answer. */
  async rcpt(recipient: string): Promise<string> {
    const { guard, client, path, instance, delivery } = this.#from;
    const decision = await guard.ask({
      listener: 'smtp-relay',
      stage: 'RCPT',
      client,
      envelopeSender: path.sender,
      recipient,
      instance,
      since: this.#since,
    });
    const answer = decision.action === 'accept' ? await delivery.rcpt(recipient) : multiLine(decision.reply);
    this.#recipients.push({ address: recipient, code: codeOf(answer) });
    return answer;
  }

  /** DATA at the next hop: `354 ...`, or why not. */
  data(): Promise<string> {
    const { guard, client, path, askedFilter } = this.#from;
    if (askedFilter !== undefined && guard.weighs({ client, recipients: this.#recipients })) {
      this.#copy = askedFilter.begin('dot-stuffed');
      this.#copy.expect(path.size ?? 0);
    }
    return this.#from.delivery.data();
  }

  /** The next bytes of the message. Waits while the next hop takes no more. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#isLooping) return undefined;
    if (this.#isStreaming) {
      this.#read(bytes);
      return this.#from.delivery.write(bytes);
    }
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    if (this.#pieces.length > MOST_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
    if (this.#pieceBytes < FIRST_BYTES) return undefined;
    this.#isStreaming = true;
    const first = this.#takeFirst();
    return this.#isLooping ? undefined : this.#from.delivery.write(first);
  }

  /** The message is whole but for `end`, its last line end and the dot. `isGone` tells whether nobody would hear the answer. */
  async finish(end: Buffer, messageBytes: number, isGone: () => boolean): Promise<string> {
    const last = this.#isStreaming ? end : Buffer.concat([this.#takeFirst(), end]);
    const { guard, delivery, contentFilter, askedFilter } = this.#from;
    if (this.#isLooping) return this.refuse('554 5.4.6 Too many hops, this is a mail loop');
    if (delivery.failure !== undefined) return this.refuse(delivery.failure);
    this.#isOver = true;
    const content = this.#content.end((headers) => contentFilter?.(headers, {}));
    const judged = await guard.judge(await filtered(this.#message(messageBytes, content), this.#copy, askedFilter));
    let answer: string;
    if (judged.decision.action !== 'accept') {
      answer = multiLine(judged.decision.reply);
      delivery.abandon();
    } else if (isGone()) {
      // He will come again with the message, because he heard no answer: without the dot it arrives only once.
      answer = '';
      delivery.abandon();
    } else {
      answer = await delivery.finish(last);
    }
    judged.settle(answer);
    return answer;
  }

  /** Ends it with an answer that is not the guard's. */
  refuse(answer: string): string {
    this.abandon();
    return answer;
  }

  /** Ends it before its end: refused, RSET, a lost connection. Twice is harmless. */
  abandon(): void {
    this.#from.delivery.abandon();
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#recipients.length > 0) this.#from.guard.abandon(this.#message(0, undefined));
  }

  /** What was kept so far: our trace and the beginning of the message, whose header is looked at here. */
  #takeFirst(): Buffer {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const message = bytes.subarray(this.#from.trace.length);
    this.#read(message);
    this.#isLooping = countReceived(message) > MOST_RECEIVED;
    return bytes;
  }

  #read(bytes: Buffer): void {
    this.#content.write(bytes);
    this.#copy?.write(bytes);
  }

  #message(messageBytes: number, content: RelayedMessage['content']): RelayedMessage {
    const { client, path, instance } = this.#from;
    return {
      listener: 'smtp-relay',
      client,
      envelopeSender: path.sender,
      recipients: this.#recipients,
      messageBytes,
      instance,
      since: this.#since,
      content,
      attempted: false,
    };
  }
}
