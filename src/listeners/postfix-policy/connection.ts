// One connection of a Postfix smtpd process: questions come in, answers go out in the same order.
// Such a process serves one SMTP session at a time, and says by `instance` which message a question is about.
import type { Socket } from 'node:net';
import type { Probes, Sighting } from '../../activity/probes.ts';
import type { Sessions } from '../../activity/sessions.ts';
import type { Decision } from '../../decision/decision.ts';
import type { Stage } from '../../mail/relay-request.ts';
import { REPLIES } from '../../mail/replies.ts';
import { oneLine } from '../../mail/reply.ts';
import type { Guard, Judged } from '../guard.ts';
import type { Log } from '../log.ts';
import { OpenMessage } from './message.ts';
import type { MessageHolder, Messages } from './messages.ts';
import { readClient } from './read-client.ts';
import { type PolicyRequest, RequestReader } from './read-request.ts';
import { DUNNO, writeAnswer } from './write-answer.ts';

/** What the connections of one listener share. */
export interface ListenerContext {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly probes: Probes | undefined;
  readonly log: Log;
  /** After so many ticks without a question the connection is closed. */
  readonly idleTicks: number;
}

/** How often `tick` is to be called. */
export const TICK_SECONDS = 5;

/** One minute: a message that gets no question for so long is over, and half a question that gets no rest is none. */
const PATIENCE_TICKS = 60 / TICK_SECONDS;

/** Answers that the peer has not fetched. Postfix waits for each, so that more means another peer. */
const MOST_UNREAD_BYTES = 64 * 1024;

const UNCERTAIN = writeAnswer({ action: 'defer', reply: REPLIES.guardUncertain, because: 'uncertain' });

export class PolicyConnection implements MessageHolder {
  readonly #context: ListenerContext;
  readonly #socket: Socket;
  /** The mail server's address, or 'local'. */
  readonly #mailServer: string;
  readonly #messages: Messages;
  readonly #reader = new RequestReader();
  readonly #left = Promise.withResolvers<void>();
  #message: OpenMessage | undefined;
  #quietTicks = 0;
  #halfQuestionTicks = 0;
  /** A decision is awaited, and later questions wait with it. */
  #isWaiting = false;
  #isClosing = false;
  #isGone = false;

  constructor(context: ListenerContext, socket: Socket, mailServer: string, messages: Messages) {
    this.#context = context;
    this.#socket = socket;
    this.#mailServer = mailServer;
    this.#messages = messages;
    messages.connections.add(this);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      if (this.#isClosing) return;
      this.#reader.push(text);
      // Postfix asks one question at a time: who sends more while a decision is awaited has to wait himself.
      if (this.#isWaiting) socket.pause();
      else this.#work();
    });
    socket.on('error', (err) => this.#context.log.info({ mailServer, err }, 'policy connection failed'));
    socket.on('close', () => {
      this.#isGone = true;
      if (!this.#isWaiting) this.#leave();
    });
  }

  /** The message of the last question; also one that is over, until another instance comes. */
  get message(): OpenMessage | undefined {
    return this.#message;
  }

  /** Answers the question that is under way, then closes; resolves as `closed`. */
  close(): Promise<void> {
    this.#isClosing = true;
    if (!this.#isWaiting) this.#socket.destroy();
    return this.closed;
  }

  /** Resolves when the connection is gone and the guard knows of its last message's end. */
  get closed(): Promise<void> {
    return this.#left.promise;
  }

  /** To be called every TICK_SECONDS: what would otherwise need a timer for each message. */
  tick(): void {
    if (this.#isWaiting) return;
    this.#quietTicks++;
    const message = this.#message;
    if (this.#quietTicks >= PATIENCE_TICKS && message !== undefined && !this.#messages.asksAtEnd(message.serverPort))
      this.#messages.endUnasked(message);
    if (this.#reader.isInRequest && ++this.#halfQuestionTicks >= PATIENCE_TICKS) this.#drop('half a question');
    else if (this.#quietTicks >= this.#context.idleTicks) this.#drop('idle');
  }

  #work(): void {
    let answers = '';
    while (!this.#isWaiting) {
      const request = this.#reader.next();
      if (request === undefined) break;
      this.#quietTicks = 0;
      this.#halfQuestionTicks = 0;
      const answer = this.#answer(request);
      if (typeof answer === 'string') answers += answer;
      else this.#waitFor(answer);
    }
    if (answers !== '') this.#write(answers);
    if (this.#reader.malformed !== undefined) this.#drop(this.#reader.malformed);
  }

  #waitFor(answer: Promise<string>): void {
    this.#isWaiting = true;
    void answer.then((text) => {
      this.#isWaiting = false;
      if (this.#isGone) return this.#leave();
      this.#write(text);
      if (this.#isClosing) return void this.#socket.destroy();
      this.#socket.resume();
      this.#work();
    });
  }

  #write(answers: string): void {
    this.#socket.write(answers, 'latin1');
    if (this.#socket.writableLength > MOST_UNREAD_BYTES) this.#drop('answers are not read');
  }

  #drop(why: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#context.log.warn({ mailServer: this.#mailServer, why }, 'policy connection dropped');
    if (this.#socket.writableLength > MOST_UNREAD_BYTES) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #leave(): void {
    this.#endMessage();
    this.#messages.connections.delete(this);
    this.#left.resolve();
  }

  /** SMTPD_POLICY_README: a question with another instance on this connection means that the earlier message is over. */
  #endMessage(): void {
    if (this.#message !== undefined) this.#messages.endUnasked(this.#message);
    this.#message = undefined;
  }

  /** Never throws and never rejects. The guard promised as much; where it fails, the mail server is told to come again. */
  #answer(request: PolicyRequest): string | Promise<string> {
    const doubt = (err: unknown): string => {
      this.#context.log.error({ mailServer: this.#mailServer, err }, 'the guard failed');
      return UNCERTAIN;
    };
    try {
      const answer = this.#decide(request);
      return typeof answer === 'string' ? answer : answer.catch(doubt);
    } catch (err) {
      return doubt(err);
    }
  }

  #decide(request: PolicyRequest): string | Promise<string> {
    if (request.instance === '') request.instance = this.#messages.nextOwnInstance();
    if (this.#message?.instance !== request.instance) this.#endMessage();
    this.#context.probes?.note(request.recipient, () => this.#sighting(request));
    switch (request.stage) {
      case 'RCPT':
        return this.#recipient(request);
      case 'END-OF-MESSAGE':
        return this.#endOfMessage(request);
      default:
        // No question for us, but it may open a message, or tell the milter of a certificate.
        this.#messageOf(request);
        return DUNNO;
    }
  }

  #sighting(request: PolicyRequest): Sighting {
    return {
      listener: 'postfix-policy',
      stage: request.stage as Stage,
      client: readClient(request, this.#mailServer),
      envelopeSender: request.sender,
      queueId: request.queueId,
      messageId: '',
    };
  }

  /**
   * The message that the question is about; undefined where it is the milter's, which judges it and refuses in our own words.
   */
  #messageOf(request: PolicyRequest): OpenMessage | undefined {
    if (this.#message !== undefined && !this.#message.isOver) return this.#message;
    const client = readClient(request, this.#mailServer);
    const { sessions } = this.#context;
    if (sessions.hasMilter(this.#mailServer, client.clientAddress, client.clientPort)) {
      sessions.noteCertificate(this.#mailServer, client.clientAddress, client.clientPort, client.certificate);
      return undefined;
    }
    // Before MAIL there is no message, and after an unblock a session that had said EHLO before must not count as older.
    if (request.stage !== 'MAIL' && request.stage !== 'RCPT' && request.stage !== 'END-OF-MESSAGE') return undefined;
    const since = this.#context.guard.now();
    const message = new OpenMessage(request.instance, client, request.serverPort, request.sender, since);
    this.#message = message;
    return message;
  }

  #recipient(request: PolicyRequest): string | Promise<string> {
    const message = this.#messageOf(request);
    if (message === undefined) return DUNNO;
    message.queueId = request.queueId;
    const decision = this.#context.guard.ask({
      listener: 'postfix-policy',
      stage: 'RCPT',
      client: message.client,
      envelopeSender: message.envelopeSender,
      recipient: request.recipient,
      queueId: request.queueId === '' ? undefined : request.queueId,
      instance: message.instance,
      since: message.since,
    });
    if (decision instanceof Promise)
      return decision.then((late) => this.#answerRecipient(message, request.recipient, late));
    return this.#answerRecipient(message, request.recipient, decision);
  }

  #answerRecipient(message: OpenMessage, recipient: string, decision: Decision): string {
    message.addRecipient(recipient, decision.action === 'accept' ? 250 : decision.reply.code);
    return writeAnswer(decision);
  }

  #endOfMessage(request: PolicyRequest): string | Promise<string> {
    this.#message ??= this.#messages.find(request.instance);
    if (this.#message?.answer !== undefined) return this.#message.answer;
    const message = this.#messageOf(request);
    if (message === undefined) return DUNNO;
    message.queueId = request.queueId;
    // Not asked at RCPT, or we were started since. With several recipients Postfix names none here.
    if (message.recipients.length === 0 && request.recipient !== '') message.addRecipient(request.recipient, 250);
    const judged = this.#messages.judge(message, Number(request.size) || 0);
    if (judged instanceof Promise) return judged.then((late) => this.#answerEnd(message, late));
    return this.#answerEnd(message, judged);
  }

  #answerEnd(message: OpenMessage, judged: Judged): string {
    const { decision } = judged;
    message.answer = writeAnswer(decision);
    if (this.#isGone) judged.settle('');
    else judged.settle(decision.action === 'accept' ? '250' : oneLine(decision.reply));
    return message.answer;
  }
}
