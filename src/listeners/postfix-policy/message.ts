// A message put together from the questions about it: Postfix asks once for each recipient and, if configured, at the end.
import type { RecipientAnswer, RelayClient, RelayedMessage } from '../../mail/relay-request.ts';

/** Ten times Postfix's `smtpd_recipient_limit`, of 100 characters each. What is beyond is answered, but not remembered. */
const MOST_RECIPIENTS = 10_000;
const MOST_CHARACTERS = 100 * MOST_RECIPIENTS;

export class OpenMessage {
  readonly instance: string;
  readonly client: RelayClient;
  /** Of the mail server: which of its services it came in by. */
  readonly serverPort: string;
  readonly envelopeSender: string;
  readonly since: number;
  readonly recipients: RecipientAnswer[] = [];
  /** '' until Postfix has one: it begins a queue file after the first recipient. */
  queueId = '';
  /** The guard has been told of its end: nothing may be told again. */
  isOver = false;
  /** What its end was answered, for a question at END-OF-MESSAGE that is listed twice. */
  answer: string | undefined;
  #characters = 0;

  constructor(instance: string, client: RelayClient, serverPort: string, envelopeSender: string, since: number) {
    this.instance = instance;
    this.client = client;
    this.serverPort = serverPort;
    this.envelopeSender = envelopeSender;
    this.since = since;
  }

  /** A policy service that is listed twice asks twice in a row for each recipient: it stays one, with the later answer. */
  addRecipient(address: string, code: number): void {
    if (this.recipients.at(-1)?.address === address) this.recipients.pop();
    else this.#characters += address.length;
    if (this.recipients.length < MOST_RECIPIENTS && this.#characters <= MOST_CHARACTERS)
      this.recipients.push({ address, code });
  }

  /** True where at least one recipient was let pass, so that the message may have been taken. */
  get hasPassed(): boolean {
    return this.recipients.some((recipient) => recipient.code === 250);
  }

  /** As the guard is told of it. */
  describe(attempted: boolean, messageBytes: number): RelayedMessage {
    return {
      listener: 'postfix-policy',
      client: this.client,
      envelopeSender: this.envelopeSender,
      recipients: this.recipients,
      messageBytes,
      queueId: this.queueId === '' ? undefined : this.queueId,
      instance: this.instance,
      since: this.since,
      attempted,
    };
  }
}
