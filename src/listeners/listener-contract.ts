// What every door promises, whatever protocol comes through it: the same facts make the same request, a decision arrives
// word for word, and each message is told to the guard exactly once. Each listener's test starts with this suite.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sessions } from '../activity/sessions.ts';
import type { ContentFilter } from '../content-filter/content-filter.ts';
import { ACCEPT, type Decision } from '../decision/decision.ts';
import type { ClientCertificate, RelayedMessage } from '../mail/relay-request.ts';
import { REPLIES } from '../mail/replies.ts';
import { RecordingFilter } from './recording-filter.ts';
import { RecordingGuard } from './recording-guard.ts';

/** What a protocol may be unable to say. */
export type Capability =
  /** Headers and body: `RelayedMessage.content`. */
  | 'content'
  /** A reply of two lines, the human sentence first. */
  | 'humanSentence'
  /** A word of its own at MAIL FROM. Without it `since` is the moment of the first recipient. */
  | 'mail'
  /** The name that belongs to the client's address. */
  | 'clientName'
  /** A client certificate. (Which of fingerprint and names it carries is told by `certificate`.) */
  | 'certificate'
  /** Mail addresses beyond ASCII (RFC 6531). */
  | 'smtputf8';

export interface ClientFacts {
  /** As the protocol spells it: `192.0.2.7`, `::ffff:192.0.2.7`, `2001:db8::7`. */
  readonly address: string;
  readonly port: number;
  /** Undefined: the protocol's own word for "unknown". */
  readonly name?: string | undefined;
  readonly helo: string;
  /** As the client spells it. Undefined: did not log in (the protocol's empty attribute, missing macro). */
  readonly login?: string | undefined;
  /** Presents `ListenerDriver.certificate`. */
  readonly hasCertificate?: boolean | undefined;
}

/** An answer as it stands on the wire, without line ends. */
export interface Answer {
  readonly accepted: boolean;
  /** SMTP code; 250 for a protocol's own word for "go on". */
  readonly code: number;
  /** The reply's lines with their codes, where it is a refusal. */
  readonly lines: readonly string[];
}

/** One SMTP session in SMTP's words; the driver says them in its protocol. Each resolves when the listener has answered. */
export interface SmtpSession {
  /** '' is the null sender. */
  mail(sender: string): Promise<void>;
  rcpt(recipient: string): Promise<Answer>;
  /** DATA, the message (header fields, empty line, body; lines end with CRLF) and the dot. */
  endOfMessage(content: string): Promise<Answer>;
  /** Where a protocol does not carry RSET, the next message shows it. */
  rset(): Promise<void>;
  quit(): Promise<void>;
  /** The connection is lost without QUIT. */
  drop(): Promise<void>;
}

export interface ListenerDriver {
  /** What this protocol cannot do, each with the reason. */
  readonly cannot: Readonly<Partial<Record<Capability, string>>>;
  /** The certificate that `hasCertificate` presents, as the guard must see it: decoded, lower case. */
  readonly certificate: ClientCertificate;
  /** Starts the listener, with a filter that it is to ask if it sees content. What the driver had to do for it is forgotten: `guard.forget()`. */
  start(guard: RecordingGuard, sessions: Sessions, askedFilter?: ContentFilter): Promise<void>;
  /** Connects and greets. */
  connect(facts: ClientFacts): Promise<SmtpSession>;
  /** Closes sessions that are still open, then the listener; afterwards the guard has been told everything. */
  close(): Promise<void>;
}

const CLIENT: ClientFacts = {
  address: '192.0.2.7',
  port: 40_007,
  name: 'mail.customer.example',
  helo: 'mail.customer.example',
};
const CONTENT = [
  'From: =?utf-8?q?J=C3=BCrgen?= <juergen@customer.example>',
  'To: anna@far.example',
  'Subject: Invoice 7',
  'Message-ID: <seven@customer.example>',
  '',
  'Please find the invoice.',
  '',
].join('\r\n');

/** Folded fields, a dot at the beginning of a line, an empty field, and no From. */
const FOLDED = [
  'Subject: Invoice 7',
  'References: <one@customer.example>',
  '\t<two@customer.example>',
  'X-Empty: ',
  'To: anna@far.example',
  '',
  '.',
  '..hidden',
  'Please find the invoice.',
  '',
].join('\r\n');

const REJECT: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
const REJECT_USER: Decision = { action: 'reject', reply: REPLIES.restrictedUser, because: 'restricted-user' };
const DEFER: Decision = { action: 'defer', reply: REPLIES.newConnectorHeld, because: 'new-connector' };

// The bytes are written out on purpose: they must not change because a table changed.
const REJECT_LINE = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';
const REJECT_HUMAN_LINE =
  "550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin for assistance.";
const REJECT_USER_LINE = '550 5.1.8 Access denied, bad outbound sender AS(42004)';
const DEFER_LINE = '451 4.7.1 New connector held for review, try again later';

const recipientsOf = (message: RelayedMessage): string[] => message.recipients.map((r) => `${r.address} ${r.code}`);

/** A decision that comes when the test says so. */
function lateDecision(): { promise: Promise<Decision>; decide: (decision: Decision) => void } {
  let decide: (decision: Decision) => void = () => {};
  const promise = new Promise<Decision>((resolve) => {
    decide = resolve;
  });
  return { promise, decide };
}

export function listenerContract(name: string, makeDriver: () => ListenerDriver): void {
  describe(`${name} keeps the listener contract`, () => {
    const { cannot } = makeDriver();
    let guard: RecordingGuard;
    let sessions: Sessions;
    let driver: ListenerDriver;
    let closed: boolean;

    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await driver.close();
    };

    /** Skipped, with the reason in its name, where the protocol cannot do it. */
    const testIfItCan = (capability: Capability, claim: string, body: () => Promise<void>): void => {
      const reason = cannot[capability];
      if (reason === undefined) test(claim, body);
      else test.skip(`${claim} (cannot: ${reason})`, () => {});
    };

    beforeEach(async () => {
      guard = new RecordingGuard();
      sessions = new Sessions();
      driver = makeDriver();
      closed = false;
      await driver.start(guard, sessions);
    });

    afterEach(async () => {
      await close();
      // Whatever a test did: no message is told twice, none is settled twice or never, and no session stays behind.
      const ends = [...guard.judged.map((j) => j.message), ...guard.abandoned].map((message) => message.instance);
      expect(new Set(ends).size).toBe(ends.length);
      expect(new Set(guard.asked.map((request) => request.instance))).toEqual(new Set(ends));
      expect(guard.judged.map((j) => j.settled.length)).toEqual(guard.judged.map(() => 1));
      expect(sessions.size).toBe(0);
    });

    /** One message to one recipient, all the way. */
    const sendOne = async (facts: ClientFacts, sender = 'juergen@customer.example'): Promise<void> => {
      const session = await driver.connect(facts);
      await session.mail(sender);
      await session.rcpt('anna@far.example');
      await session.endOfMessage(CONTENT);
      await session.quit();
    };

    describe('the request', () => {
      test('carries the facts of the client, the sender and the recipient', async () => {
        await sendOne(CLIENT);
        expect(guard.asked).toHaveLength(1);
        const request = guard.asked[0]!;
        expect(request).toMatchObject({
          stage: 'RCPT',
          envelopeSender: 'juergen@customer.example',
          recipient: 'anna@far.example',
          client: {
            mailServer: 'local',
            clientAddress: '192.0.2.7',
            clientPort: 40_007,
            heloName: 'mail.customer.example',
          },
        });
        expect(request.instance).not.toBe('');
        expect(request.queueId).not.toBe('');
      });

      test('has absent attributes undefined, never empty', async () => {
        await sendOne({ ...CLIENT, name: undefined });
        expect(guard.asked[0]?.client.clientName).toBeUndefined();
        expect(guard.asked[0]?.client.saslUsername).toBeUndefined();
        expect(guard.asked[0]?.client.certificate).toBeUndefined();
      });

      testIfItCan('clientName', "carries the client's name", async () => {
        await sendOne(CLIENT);
        expect(guard.asked[0]?.client.clientName).toBe('mail.customer.example');
      });

      test('has an IPv4-mapped IPv6 address as IPv4', async () => {
        await sendOne({ ...CLIENT, address: '::ffff:192.0.2.99' });
        expect(guard.asked[0]?.client.clientAddress).toBe('192.0.2.99');
      });

      test('has an IPv6 address in its canonical text', async () => {
        await sendOne({ ...CLIENT, address: '2001:DB8:0:0:0::7' });
        expect(guard.asked[0]?.client.clientAddress).toBe('2001:db8::7');
      });

      test('has the login in lower case', async () => {
        await sendOne({ ...CLIENT, login: 'Juergen@Customer.example' });
        expect(guard.asked[0]?.client.saslUsername).toBe('juergen@customer.example');
      });

      testIfItCan('certificate', 'has the client certificate decoded', async () => {
        await sendOne({ ...CLIENT, hasCertificate: true });
        expect(guard.asked[0]?.client.certificate).toEqual(driver.certificate);
      });

      test('has the null sender as an empty one', async () => {
        await sendOne(CLIENT, '');
        expect(guard.asked[0]?.envelopeSender).toBe('');
        expect(guard.judged[0]?.message.envelopeSender).toBe('');
      });

      testIfItCan('smtputf8', 'has an internationalised domain as the client wrote it', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('jürgen@bücher.example');
        await session.rcpt('anna@münchen.example');
        await session.endOfMessage(CONTENT);
        await session.quit();
        expect(guard.asked[0]).toMatchObject({
          envelopeSender: 'jürgen@bücher.example',
          recipient: 'anna@münchen.example',
        });
      });

      test('remembers since when its message is under way', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        guard.clock = 2_000;
        await session.rcpt('anna@far.example');
        guard.clock = 3_000;
        await session.rcpt('berta@far.example');
        await session.endOfMessage(CONTENT);
        await session.quit();
        const since = cannot.mail === undefined ? 1_000 : 2_000;
        expect(guard.asked.map((request) => request.since)).toEqual([since, since]);
        expect(guard.judged[0]?.message.since).toBe(since);
      });
    });

    describe('the answer to a recipient', () => {
      test.each([
        ['a reject', REJECT, cannot.humanSentence === undefined ? [REJECT_HUMAN_LINE, REJECT_LINE] : [REJECT_LINE]],
        ['a defer', DEFER, [DEFER_LINE]],
      ] as const)('carries the exact bytes of %s', async (_, decision, lines) => {
        guard.onAsk = () => decision;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        const answer = await session.rcpt('anna@far.example');
        await session.quit();
        expect(answer).toEqual({ accepted: false, code: Number(lines[0].slice(0, 3)), lines });
      });

      test("ends with the machine's line for a restricted user, too", async () => {
        guard.onAsk = () => REJECT_USER;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        const answer = await session.rcpt('anna@far.example');
        await session.quit();
        expect(answer.code).toBe(550);
        expect(answer.lines.at(-1)).toBe(REJECT_USER_LINE);
      });

      test('is each recipient its own; the message keeps them all with their answers', async () => {
        guard.onAsk = (request) => (request.recipient === 'anna@far.example' ? REJECT : ACCEPT);
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        const answers = [
          await session.rcpt('own@accepted.example'),
          await session.rcpt('anna@far.example'),
          await session.rcpt('postmaster@accepted.example'),
        ];
        await session.endOfMessage(CONTENT);
        await session.quit();
        expect(answers.map((answer) => answer.accepted)).toEqual([true, false, true]);
        expect(guard.judged.map((j) => recipientsOf(j.message))).toEqual([
          ['own@accepted.example 250', 'anna@far.example 550', 'postmaster@accepted.example 250'],
        ]);
      });

      test('may come late: the guard answers by a promise', async () => {
        guard.onAsk = async () => REJECT;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        const answer = await session.rcpt('anna@far.example');
        await session.quit();
        expect(answer.lines.at(-1)).toBe(REJECT_LINE);
      });

      test('that comes late holds up no other session', async () => {
        const late = lateDecision();
        guard.onAsk = (request) => (request.envelopeSender === 'slow@customer.example' ? late.promise : ACCEPT);
        const slow = await driver.connect(CLIENT);
        const quick = await driver.connect({ ...CLIENT, port: 40_008 });
        await slow.mail('slow@customer.example');
        const slowAnswer = slow.rcpt('anna@far.example');
        await guard.until('the slow question', () => guard.asked.length === 1);

        await quick.mail('quick@customer.example');
        expect((await quick.rcpt('berta@far.example')).accepted).toBe(true);
        expect((await quick.endOfMessage(CONTENT)).accepted).toBe(true);

        late.decide(DEFER);
        expect((await slowAnswer).lines).toEqual([DEFER_LINE]);
        await slow.quit();
        await quick.quit();
      });
    });

    describe('the end of a message', () => {
      test('is judged once, settled once, and abandoned never', async () => {
        await sendOne(CLIENT);
        await close();
        expect(guard.judged).toHaveLength(1);
        expect(guard.judged[0]?.message).toMatchObject({
          envelopeSender: 'juergen@customer.example',
          recipients: [{ address: 'anna@far.example', code: 250 }],
          attempted: false,
          instance: guard.asked[0]?.instance,
          client: guard.asked[0]?.client,
        });
        expect(guard.judged[0]?.settled[0]).toMatch(/^250/);
        expect(guard.abandoned).toEqual([]);
      });

      test('can be refused, with the exact bytes', async () => {
        guard.onJudge = () => REJECT;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        const answer = await session.endOfMessage(CONTENT);
        await session.quit();
        await guard.until('settled', () => guard.judged[0]?.settled.length === 1);
        const lines = cannot.humanSentence === undefined ? [REJECT_HUMAN_LINE, REJECT_LINE] : [REJECT_LINE];
        expect(answer).toEqual({ accepted: false, code: 550, lines });
        expect(guard.judged[0]?.settled[0]).toMatch(/^550[ -]5\.7\.711 /);
      });

      test('can be deferred', async () => {
        guard.onJudge = () => DEFER;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        const answer = await session.endOfMessage(CONTENT);
        await session.quit();
        await guard.until('settled', () => guard.judged[0]?.settled.length === 1);
        expect(answer).toEqual({ accepted: false, code: 451, lines: [DEFER_LINE] });
        expect(guard.judged[0]?.settled[0]).toMatch(/^451 4\.7\.1 /);
      });

      test('may be decided late, and holds up no other session meanwhile', async () => {
        const late = lateDecision();
        guard.onJudge = (message) => (message.envelopeSender === 'slow@customer.example' ? late.promise : ACCEPT);
        const slow = await driver.connect(CLIENT);
        await slow.mail('slow@customer.example');
        await slow.rcpt('anna@far.example');
        const slowAnswer = slow.endOfMessage(CONTENT);
        await guard.until('the slow judgement', () => guard.judged.length === 1);

        await sendOne({ ...CLIENT, port: 40_008 });

        late.decide(REJECT);
        expect((await slowAnswer).lines.at(-1)).toBe(REJECT_LINE);
        await slow.quit();
      });

      testIfItCan('content', 'is judged with what the message says', async () => {
        await sendOne(CLIENT);
        expect(guard.judged[0]?.message.content).toMatchObject({
          headerFrom: 'Jürgen <juergen@customer.example>',
          subject: 'Invoice 7',
          messageId: '<seven@customer.example>',
          textHead: 'Please find the invoice.',
        });
      });

      test('a refused message leaves the session usable', async () => {
        guard.onJudge = (message) => (message.envelopeSender === 'bad@customer.example' ? REJECT : ACCEPT);
        const session = await driver.connect(CLIENT);
        await session.mail('bad@customer.example');
        await session.rcpt('anna@far.example');
        await session.endOfMessage(CONTENT);
        await session.mail('good@customer.example');
        await session.rcpt('berta@far.example');
        expect((await session.endOfMessage(CONTENT)).accepted).toBe(true);
        await session.quit();
      });
    });

    describe('a content filter', () => {
      let filter: RecordingFilter;

      beforeEach(async () => {
        await close();
        driver = makeDriver();
        closed = false;
        filter = new RecordingFilter();
        await driver.start(guard, sessions, filter);
      });

      testIfItCan(
        'content',
        'is asked about the message as it was sent, for the recipients that were taken',
        async () => {
          guard.onAsk = (request) => (request.recipient === 'bad@far.example' ? REJECT : ACCEPT);
          filter.onWord = async () => true;
          const session = await driver.connect({ ...CLIENT, login: 'Anna' });
          await session.mail('juergen@customer.example');
          await session.rcpt('anna@far.example');
          await session.rcpt('bad@far.example');
          await session.endOfMessage(FOLDED);
          await session.quit();
          expect(filter.asked.map(({ message }) => message?.replace(/\r\n$/, ''))).toEqual([
            FOLDED.replace(/\r\n$/, ''),
          ]);
          expect(filter.asked[0]?.envelope).toMatchObject({
            client: { clientAddress: '192.0.2.7', heloName: 'mail.customer.example', saslUsername: 'anna' },
            envelopeSender: 'juergen@customer.example',
            recipients: ['anna@far.example'],
          });
          expect(guard.judged.map(({ message }) => message.content?.spam)).toEqual([true]);
        },
      );

      testIfItCan('content', 'is waited for before the message is judged, and its silence is no word', async () => {
        const word = Promise.withResolvers<undefined>();
        filter.onWord = () => word.promise;
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        const ended = session.endOfMessage(CONTENT);
        await expect.poll(() => filter.asked.length).toBe(1);
        expect(guard.judged).toEqual([]);
        word.resolve(undefined);
        expect((await ended).accepted).toBe(true);
        await session.quit();
        expect(guard.judged.map(({ message }) => message.content?.spam)).toEqual([undefined]);
      });

      testIfItCan('content', 'is not asked about a message whose word would count for nothing', async () => {
        guard.onWeighs = ({ client, recipients }) => client.saslUsername === 'anna' || recipients.length > 1;
        for (const login of [undefined, 'anna']) {
          const session = await driver.connect({ ...CLIENT, login });
          await session.mail('juergen@customer.example');
          await session.rcpt('anna@far.example');
          await session.endOfMessage(CONTENT);
          await session.quit();
        }
        expect(filter.asked.map(({ envelope }) => envelope.client.saslUsername)).toEqual(['anna']);
        expect(guard.judged).toHaveLength(2);
      });

      testIfItCan('content', 'gets a long message whole, and of one that is too long nothing', async () => {
        const long = `${CONTENT}${'0123456789abcdef\r\n'.repeat(5_000)}`;
        const session = await driver.connect(CLIENT);
        for (const most of [100_000, 90_000]) {
          filter.maximumBytes = most;
          await session.mail('juergen@customer.example');
          await session.rcpt('anna@far.example');
          expect((await session.endOfMessage(long)).accepted).toBe(true);
        }
        await session.quit();
        expect(filter.asked.map(({ message }) => message?.trimEnd())).toEqual([long.trimEnd(), undefined]);
        expect(guard.judged.map(({ message }) => message.content?.subject)).toEqual(['Invoice 7', 'Invoice 7']);
      });

      testIfItCan('content', 'does not change what becomes of a message that was given up', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        await session.drop();
        await guard.until('abandoned', () => guard.abandoned.length === 1);
        expect(filter.asked).toEqual([]);
      });
    });

    describe('messages of one session', () => {
      test('do not share recipients, sender or instance', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('one@customer.example');
        await session.rcpt('anna@far.example');
        await session.endOfMessage(CONTENT);
        await session.mail('two@customer.example');
        await session.rcpt('berta@far.example');
        await session.rcpt('clara@far.example');
        await session.endOfMessage(CONTENT);
        await session.quit();
        expect(guard.judged.map((j) => [j.message.envelopeSender, ...recipientsOf(j.message)])).toEqual([
          ['one@customer.example', 'anna@far.example 250'],
          ['two@customer.example', 'berta@far.example 250', 'clara@far.example 250'],
        ]);
        expect(guard.judged[0]?.message.instance).not.toBe(guard.judged[1]?.message.instance);
      });

      test('one that RSET ended is abandoned once and not judged; the next begins anew', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('one@customer.example');
        await session.rcpt('anna@far.example');
        await session.rset();
        await session.mail('two@customer.example');
        await session.rcpt('berta@far.example');
        await session.endOfMessage(CONTENT);
        await session.quit();
        await close();
        expect(guard.abandoned.map(recipientsOf)).toEqual([['anna@far.example 250']]);
        expect(guard.judged.map((j) => recipientsOf(j.message))).toEqual([['berta@far.example 250']]);
      });

      test('one whose connection was lost is abandoned once and not judged', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        await session.drop();
        await guard.until('abandoned', () => guard.abandoned.length === 1);
        await close();
        expect(guard.abandoned.map(recipientsOf)).toEqual([['anna@far.example 250']]);
        expect(guard.judged).toEqual([]);
      });

      test('one whose recipients were all refused is abandoned, with their answers', async () => {
        guard.onAsk = (request) => (request.recipient === 'anna@far.example' ? REJECT : DEFER);
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        await session.rcpt('berta@far.example');
        await session.quit();
        await guard.until('abandoned', () => guard.abandoned.length === 1);
        await close();
        expect(guard.abandoned.map(recipientsOf)).toEqual([['anna@far.example 550', 'berta@far.example 451']]);
        expect(guard.judged).toEqual([]);
      });

      test('one without a recipient leaves nothing behind', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.quit();
        await close();
        expect(guard.asked).toEqual([]);
        expect(guard.judged).toEqual([]);
        expect(guard.abandoned).toEqual([]);
      });

      test('one that is under way when the listener closes is abandoned', async () => {
        const session = await driver.connect(CLIENT);
        await session.mail('juergen@customer.example');
        await session.rcpt('anna@far.example');
        await close();
        expect(guard.abandoned.map(recipientsOf)).toEqual([['anna@far.example 250']]);
      });
    });
  });
}
