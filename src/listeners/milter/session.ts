// What a mail server says on one connection, event by event: one SMTP session after another, one message after another.
// Builds the questions for the guard and sends its answers; knows no socket.
import type { Probes } from '../../activity/probes.ts';
import type { MilterSession as NotedSession, Sessions } from '../../activity/sessions.ts';
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import type { Decision } from '../../decision/decision.ts';
import { unbracket } from '../../mail/address.ts';
import type { ClientCertificate, RelayClient, RelayedMessage, Stage } from '../../mail/relay-request.ts';
import { oneLine } from '../../mail/reply.ts';
import { filtered } from '../filtered-message.ts';
import type { Guard, Judged } from '../guard.ts';
import * as Command from './commands.ts';
import { OpenMessage } from './message.ts';
import {
  negotiate,
  SMFIP_NR_BODY,
  SMFIP_NR_CONN,
  SMFIP_NR_HDR,
  SMFIP_NR_HELO,
  SMFIP_NR_MAIL,
  SMFIP_SKIP,
} from './negotiate.ts';
import type { Packet } from './packet.ts';
import {
  type ConnectedClient,
  declaredSize,
  isLocalSubmission,
  type Macros,
  NO_MACROS,
  readClient,
  readHeader,
  readMacros,
  readStrings,
  refusalCode,
} from './read-request.ts';
import { CONTINUE, packet, SKIP, writeDecision } from './write-answer.ts';

/** What the sessions of one listener share. */
export interface SessionContext {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly probes?: Probes | undefined;
  readonly contentFilter: ContentFilterWord;
  /** Asked about each message that is weighed, instead of its header. */
  readonly askedFilter?: ContentFilter | undefined;
  /** A new id for each message. */
  readonly nextInstance: () => string;
}

/** The connection is to be closed; `why` is undefined where the mail server wants it so. */
export interface Disconnect {
  readonly why: string | undefined;
}

/** Who is on the other side of the mail server, from one CONNECT to the next. */
interface SmtpSession {
  readonly client: ConnectedClient;
  readonly noted: NotedSession;
  heloName: string | undefined;
  /** Of the client certificate, where the mail server trusts its chain. */
  certificateNames: readonly string[];
}

const AT_REQUEST: Disconnect = { why: undefined };

export class Session {
  readonly #context: SessionContext;
  readonly #mailServer: string;
  /** Hands an answer to the mail server; false where it is gone. */
  readonly #send: (answer: Buffer) => boolean;
  #isNegotiated = false;
  /** SMFIP_* flags that were agreed on. */
  #steps = 0;
  #smtp: SmtpSession | undefined;
  #message: OpenMessage | undefined;
  /** Macros come in a packet of their own, before their event. */
  #macros: Macros = NO_MACROS;
  #macrosEvent = 0;

  constructor(context: SessionContext, mailServer: string, send: (answer: Buffer) => boolean) {
    this.#context = context;
    this.#mailServer = mailServer;
    this.#send = send;
  }

  /**
   * Takes one event and answers it where an answer is expected. The next one must wait for a promise that is returned.
   * The packet's payload is not needed afterwards.
   */
  handle({ command, payload }: Packet): Disconnect | undefined | Promise<undefined> {
    if (!this.#isNegotiated && command !== Command.OPTNEG) {
      return { why: `${Command.letter(command)} before the negotiation` };
    }
    switch (command) {
      case Command.MACRO:
        return this.#onMacros(payload);
      case Command.HEADER:
        return this.#onHeader(payload);
      case Command.RCPT:
        return this.#onRcpt(payload, this.#takeMacros(command));
      case Command.BODY:
        return this.#onBody(payload);
      case Command.BODYEOB:
        return this.#onEndOfMessage(payload, this.#takeMacros(command));
      case Command.MAIL:
        return this.#onMail(payload, this.#takeMacros(command));
      case Command.HELO:
        return this.#onHelo(payload, this.#takeMacros(command));
      case Command.CONNECT:
        return this.#onConnect(payload);
      case Command.ABORT:
        this.#abandon();
        return undefined;
      case Command.OPTNEG:
        return this.#onNegotiation(payload);
      case Command.QUIT_NEW_CONNECTION:
        this.end();
        return undefined;
      case Command.QUIT:
        this.end();
        return AT_REQUEST;
      case Command.DATA:
      case Command.END_OF_HEADER:
      case Command.UNKNOWN:
        // Negotiated away; a mail server that could not agree to that waits for an answer.
        this.#send(CONTINUE);
        return undefined;
      default:
        return { why: `unknown command ${Command.letter(command)}` };
    }
  }

  /** The SMTP session is over; an open message is abandoned. Twice is harmless. */
  end(): void {
    this.#smtp?.noted.leave();
    this.#abandon();
    this.#smtp = undefined;
  }

  #onNegotiation(payload: Buffer): Disconnect | undefined {
    const agreement = this.#isNegotiated ? undefined : negotiate(payload);
    if (agreement === undefined) return { why: 'a malformed or second negotiation' };
    this.#isNegotiated = true;
    this.#steps = agreement.steps;
    this.#send(packet('O', agreement.answer));
    return undefined;
  }

  /** A new SMTP session; after XCLIENT perhaps the same one, of another client. Nothing known of the last one may stay. */
  #onConnect(payload: Buffer): Disconnect | undefined {
    this.end();
    const client = readClient(payload);
    if (client === undefined) return { why: 'a malformed CONNECT' };
    const noted = this.#context.sessions.enter(this.#mailServer, client.address, client.port);
    this.#smtp = { client, noted, heloName: undefined, certificateNames: [] };
    this.#answerUnless(SMFIP_NR_CONN);
    return undefined;
  }

  /** Comes again after STARTTLS, then with the certificate. Ends an open message as RSET does (RFC 5321 4.1.4). */
  #onHelo(payload: Buffer, macros: Macros): Disconnect | undefined {
    this.#abandon();
    const name = readStrings(payload)?.[0];
    if (this.#smtp === undefined || name === undefined) return { why: 'a malformed or early HELO' };
    this.#smtp.heloName = name === '' ? undefined : name;
    this.#smtp.certificateNames = trustedNames(macros);
    this.#answerUnless(SMFIP_NR_HELO);
    return undefined;
  }

  #onMail(payload: Buffer, macros: Macros): Disconnect | undefined {
    this.#abandon();
    const strings = readStrings(payload);
    if (this.#smtp === undefined || strings === undefined) return { why: 'a malformed or early MAIL' };
    const start = {
      envelopeSender: unbracket(strings[0]),
      saslUsername: macros.get('auth_authen')?.toLowerCase(),
      declaredBytes: declaredSize(strings),
      instance: this.#context.nextInstance(),
      since: this.#context.guard.now(),
    };
    this.#message = new OpenMessage(start, macros.get('i'));
    this.#answerUnless(SMFIP_NR_MAIL);
    return undefined;
  }

  #onRcpt(payload: Buffer, macros: Macros): Disconnect | undefined | Promise<undefined> {
    const message = this.#message;
    const path = readStrings(payload)?.[0];
    if (this.#smtp === undefined || message === undefined || path === undefined) {
      return { why: 'a malformed or early RCPT' };
    }
    message.queueId = macros.get('i') ?? message.queueId;
    const recipient = unbracket(path);
    this.#noteProbe(this.#smtp, message, recipient, 'RCPT');
    const code = refusalCode(macros);
    if (code !== undefined) {
      // The mail server refused it already: evidence at the end of the message, and nothing left to decide.
      message.recipients.push({ address: recipient, code });
      this.#send(CONTINUE);
      return undefined;
    }
    const decision = this.#ask(this.#smtp, message, recipient);
    if (decision instanceof Promise) return decision.then((late) => this.#answerRecipient(message, recipient, late));
    return this.#answerRecipient(message, recipient, decision);
  }

  #noteProbe(smtp: SmtpSession, message: OpenMessage, recipient: string, stage: Stage, messageId = ''): void {
    const { envelopeSender, saslUsername } = message.start;
    this.#context.probes?.note(recipient, () => ({
      listener: 'milter',
      stage,
      client: this.#client(smtp, saslUsername),
      envelopeSender,
      queueId: message.queueId ?? '',
      messageId,
    }));
  }

  #ask(smtp: SmtpSession, message: OpenMessage, recipient: string): Decision | Promise<Decision> {
    const { envelopeSender, saslUsername, instance, since } = message.start;
    return this.#context.guard.ask({
      listener: 'milter',
      stage: 'RCPT',
      client: this.#client(smtp, saslUsername),
      envelopeSender,
      recipient,
      queueId: message.queueId,
      instance,
      since,
    });
  }

  #answerRecipient(message: OpenMessage, recipient: string, decision: Decision): undefined {
    message.recipients.push({ address: recipient, code: decision.action === 'accept' ? 250 : decision.reply.code });
    if (decision.action !== 'accept' && this.#smtp !== undefined && isLocalSubmission(this.#smtp.client)) {
      message.postponed ??= decision;
      this.#send(CONTINUE);
    } else this.#send(writeDecision(decision));
  }

  #onHeader(payload: Buffer): Disconnect | undefined {
    const field = readHeader(payload);
    if (this.#message === undefined || field === undefined) return { why: 'a malformed or early header field' };
    this.#beginContent(this.#message);
    this.#message.addHeader(field, payload);
    this.#answerUnless(SMFIP_NR_HDR);
    return undefined;
  }

  /** Behind the last recipient, before the first byte: whether a content filter will be asked decides what is kept. */
  #beginContent(message: OpenMessage): void {
    const { askedFilter, guard } = this.#context;
    if (askedFilter === undefined || this.#smtp === undefined || !message.isEnvelopeOnly) return;
    const client = this.#client(this.#smtp, message.start.saslUsername);
    if (!guard.weighs({ client, recipients: message.recipients })) return;
    message.copy = askedFilter.begin('plain');
    message.copy.expect(message.start.declaredBytes);
  }

  #onBody(payload: Buffer): Disconnect | undefined {
    const message = this.#message;
    if (message === undefined) return { why: 'a body before MAIL' };
    this.#beginContent(message);
    message.addBody(payload);
    if (message.hasEnoughBody && (this.#steps & SMFIP_SKIP) !== 0) {
      message.isSkipped = true;
      this.#send(SKIP);
    } else this.#answerUnless(SMFIP_NR_BODY);
    return undefined;
  }

  #onEndOfMessage(payload: Buffer, macros: Macros): Disconnect | undefined | Promise<undefined> {
    const message = this.#message;
    if (this.#smtp === undefined || message === undefined) return { why: 'the end of a message before MAIL' };
    message.addBody(payload);
    message.queueId = macros.get('i') ?? message.queueId;
    const relayed = this.#relayed(this.#smtp, message, Number(macros.get('msg_size') ?? 0));
    for (const { address } of message.recipients) {
      this.#noteProbe(this.#smtp, message, address, 'END-OF-MESSAGE', relayed.content?.messageId);
    }
    // From here on the message is the guard's: an ABORT that follows has nothing left to abandon.
    this.#message = undefined;
    if (message.postponed !== undefined) {
      this.#context.guard.abandon(relayed);
      this.#send(writeDecision(message.postponed));
      return undefined;
    }
    const whole = filtered(relayed, message.copy, this.#context.askedFilter);
    return whole instanceof Promise ? whole.then((late) => this.#judge(late)) : this.#judge(whole);
  }

  #judge(message: RelayedMessage): undefined | Promise<undefined> {
    const judged = this.#context.guard.judge(message);
    return judged instanceof Promise ? judged.then((late) => this.#answerMessage(late)) : this.#answerMessage(judged);
  }

  #answerMessage({ decision, settle }: Judged): undefined {
    const isSent = this.#send(writeDecision(decision));
    if (!isSent) settle('');
    else settle(decision.action === 'accept' ? '250' : oneLine(decision.reply));
  }

  /** Those of header fields and body pieces, which Postfix sends with each, say nothing that the end of the message does not. */
  #onMacros(payload: Buffer): Disconnect | undefined {
    const event = payload[0];
    if (event === Command.HEADER || event === Command.BODY) return undefined;
    const macros = readMacros(payload.subarray(1));
    if (event === undefined || macros === undefined) return { why: 'malformed macros' };
    this.#macros = macros;
    this.#macrosEvent = event;
    return undefined;
  }

  #takeMacros(event: number): Macros {
    const macros = this.#macrosEvent === event ? this.#macros : NO_MACROS;
    this.#macros = NO_MACROS;
    return macros;
  }

  /** A message without recipients leaves nothing behind. */
  #abandon(): void {
    const message = this.#message;
    this.#message = undefined;
    if (this.#smtp === undefined || message === undefined || message.recipients.length === 0) return;
    this.#context.guard.abandon(this.#relayed(this.#smtp, message, 0));
  }

  #answerUnless(noReply: number): void {
    if ((this.#steps & noReply) === 0) this.#send(CONTINUE);
  }

  #relayed(smtp: SmtpSession, message: OpenMessage, serverBytes: number) {
    return message.relayed(this.#client(smtp, message.start.saslUsername), this.#context.contentFilter, serverBytes);
  }

  #client(smtp: SmtpSession, saslUsername: string | undefined): RelayClient {
    return {
      mailServer: this.#mailServer,
      clientAddress: smtp.client.address,
      clientPort: smtp.client.port,
      isLocalSubmission: isLocalSubmission(smtp.client) || undefined,
      clientName: smtp.client.name,
      heloName: smtp.heloName,
      saslUsername,
      certificate: certificateOf(smtp),
    };
  }
}

/**
 * {cert_subject} is the common name. Postfix tells it of trusted chains only; Sendmail tells it of any certificate, and its
 * judgement in {verify}: a name that anybody can sign himself must not count.
 */
function trustedNames(macros: Macros): readonly string[] {
  const subject = macros.get('cert_subject');
  const verified = macros.get('verify');
  return subject === undefined || (verified !== undefined && verified !== 'OK') ? [] : [subject.toLowerCase()];
}

/** What this protocol tells of the certificate, with the fingerprint, which only the policy protocol tells. */
function certificateOf({ certificateNames, noted }: SmtpSession): ClientCertificate | undefined {
  if (certificateNames.length === 0) return noted.certificate;
  return { fingerprint: noted.certificate?.fingerprint, names: certificateNames };
}
