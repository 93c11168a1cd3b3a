// What became of the mail, from a real Postfix's log: a next hop that refuses recipients only after Postfix has queued them.
import { renameSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run.ts';
import { branchOfficeMail, seededRandom } from '../../../src/demo/senders.ts';
import { freePort } from '../free-port.ts';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { type Sink, startSink } from '../sink.ts';
import { openSmtp, type SmtpClient, sendMail, type Transaction, transact } from '../smtp-client.ts';
import { until } from '../until.ts';

const HOUR_MS = 3_600_000;
const MOST_MESSAGES = 40;

interface Traced {
  readonly messageId: string;
  readonly recipients: readonly {
    readonly address: string;
    readonly fate: { readonly status: string; readonly text?: string };
  }[];
}

/** A branch office, then somebody with its password and a harvested list: three in ten are gone, the text is like everybody's, no filter. */
class Story {
  readonly relay: GuardedRelay;
  readonly #clock: { now: number };
  readonly #random = seededRandom(711);
  #sent = 0;
  #victims = 0;
  branch = '';

  static async start(followsLog: true | undefined): Promise<Story> {
    const clock = { now: Date.parse('2026-11-02T08:00:00Z') };
    const refuse = (recipient: string) => {
      if (recipient.includes('.gone')) return '550 5.1.1 no such user here';
      return recipient.includes('.busy') ? '451 4.2.0 greylisted' : undefined;
    };
    const options = { blocks: ['policy', 'milter'], now: () => clock.now, refuse };
    const logs = followsLog === undefined ? {} : { followsLog };
    const story = new Story(await GuardedRelay.start({ ...options, ...logs }), clock);
    story.branch = await story.relay.addConnector({ name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] });
    return story;
  }

  private constructor(relay: GuardedRelay, clock: { now: number }) {
    this.relay = relay;
    this.#clock = clock;
  }

  branchOffice(): Promise<SmtpClient> {
    return openSmtp(this.relay.postfix.port, { xclient: 'ADDR=192.0.2.10 PORT=4321' });
  }

  async send(client: SmtpClient, to?: readonly string[]): Promise<Transaction> {
    const mail = branchOfficeMail(this.#random);
    const header = `From: ${mail.headerFrom}\r\nSubject: ${mail.subject}\r\nMessage-Id: <${++this.#sent}@contoso.example>`;
    const text = `${header}\r\n\r\n${mail.text}\r\n`;
    return transact(client, { from: 'anna@contoso.example', to: to ?? mail.recipients, text });
  }

  async ordinaryWeeks(): Promise<void> {
    const client = await this.branchOffice();
    for (let message = 0; message < 120; message++) {
      expect((await this.send(client)).end).toMatch(/^250 /);
      this.#clock.now += message % 8 === 7 ? 17 * HOUR_MS : HOUR_MS;
    }
    await client.quit();
  }

  /** Five new people, of whom one or two are gone. */
  victims(): string[] {
    return Array.from({ length: 5 }, () => {
      const n = ++this.#victims;
      return `person${n}${n % 10 < 3 ? '.gone' : ''}@victims${n % 50}.example`;
    });
  }

  async attack(client: SmtpClient): Promise<Transaction> {
    this.#clock.now += 20_000;
    return this.send(client, this.victims());
  }

  async latest(): Promise<Traced> {
    const { items } = await this.relay.api<{ items: Traced[] }>('GET', `/messages?entityId=${this.branch}&limit=1`);
    return items[0]!;
  }

  /** The last message's recipients by what became of them, once the mail log has told it of all. */
  fates(): Promise<Record<string, string>> {
    return until('the answers of the last message', async () => {
      const { recipients } = await this.latest();
      if (recipients.some(({ fate }) => fate.status === 'queued')) return undefined;
      return Object.fromEntries(recipients.map(({ address, fate }) => [address, fate.status]));
    });
  }

  async cordon(...args: string[]): Promise<{ readonly out: string; readonly err: string }> {
    let out = '';
    let err = '';
    const notHere = () => Promise.reject(new Error('not in this test'));
    await runCli(args, {
      serve: notHere,
      demo: notHere,
      replay: notHere,
      hashPassword: notHere,
      stdin: process.stdin,
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      env: this.relay.access,
      now: () => this.#clock.now,
      version: '0',
    } as unknown as Parameters<typeof runCli>[1]);
    return { out, err };
  }
}

/** How many messages pass before the first that is refused. */
async function passes(story: Story, afterEach: (message: number) => Promise<void>): Promise<number> {
  let client = await story.branchOffice();
  for (let passed = 0; passed < MOST_MESSAGES; passed++) {
    const { end } = await story.attack(client);
    if (!end.startsWith('250 ')) return passed;
    await client.quit();
    await afterEach(passed);
    client = await story.branchOffice();
  }
  return MOST_MESSAGES;
}

const goneAreRefused = (recipient: string) => (recipient.includes('.gone') ? '550 5.1.1 no such user' : undefined);

/** A message to one who is there and one who is gone, through Cordon's own relay: the next hop's queue id, and what became of both. */
async function relayed(relay: GuardedRelay) {
  const entityId = await relay.addConnector({ name: 'customer', senderIpAddresses: ['127.0.0.1'] });
  const to = ['bob@far.example', 'eve.gone@far.example'];
  const mail = { from: 'anna@contoso.example', to, text: 'Subject: x\r\n\r\nx\r\n' };
  const { end } = await sendMail(relay.smtpRelayPort, mail);
  const fates = await until('the answers', async () => {
    const { items } = await relay.api<{ items: Traced[] }>('GET', `/messages?entityId=${entityId}`);
    const [message] = items;
    if (message === undefined || message.recipients.some(({ fate }) => fate.status === 'queued')) return undefined;
    return message.recipients.map(({ fate }) => fate);
  });
  return { queueId: /queued as (\w+)$/.exec(end)?.[1], fates };
}

/** An after-queue filter: gives each message back to this port, and answers what it was answered there. */
async function startFilter(backPort: number): Promise<Server> {
  const server = createServer((socket) => void filterSession(socket, backPort).catch(() => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function filterSession(socket: Socket, backPort: number): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let mail = { from: '', to: [] as string[] };
  let text: string[] | undefined;
  say('220 filter.example ESMTP');
  for await (const line of createInterface({ input: socket })) {
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (text !== undefined && line !== '.') {
      text.push(line.replace(/^\.\./, '.'));
    } else if (text !== undefined) {
      say((await sendMail(backPort, { ...mail, text: text.map((each) => `${each}\r\n`).join('') })).end);
      text = undefined;
    } else if (line.startsWith('DATA')) {
      text = [];
      say('354 go on');
    } else {
      if (line.startsWith('MAIL')) mail = { from: address, to: [] };
      if (line.startsWith('RCPT')) mail.to.push(address);
      say(line.startsWith('QUIT') ? '221 bye' : '250 Ok');
    }
  }
}

describeWithPostfix('what became of the mail', () => {
  describe('a harvested list that the next hop refuses after Postfix has queued it', () => {
    let story: Story;
    let blind: Story;
    beforeAll(async () => {
      story = await Story.start(true);
      blind = await Story.start(undefined);
    });
    afterAll(async () => {
      await story?.relay.stop();
      await blind?.relay.stop();
    });

    test('stops the attack sooner than without the mail log, through a rotation and a restart', async () => {
      await blind.ordinaryWeeks();
      const unstopped = await passes(blind, async () => {});

      await story.ordinaryWeeks();
      const client = await story.branchOffice();
      await story.send(client, ['contact1@partner1.example']);
      await client.quit();
      expect(await story.fates()).toEqual({ 'contact1@partner1.example': 'delivered' });
      const passed = await passes(story, async (message) => {
        if (message === 1) {
          const old = story.relay.postfix.renameLog();
          await story.fates();
          await story.relay.postfix.reload();
          renameSync(old, `${old}-20261123`);
        }
        if (message === 2) {
          await story.relay.stopGuard();
          await story.relay.startGuard();
        }
        const fates = await story.fates();
        for (const [address, fate] of Object.entries(fates)) {
          expect([address, fate]).toEqual([address, address.includes('.gone') ? 'bounced' : 'delivered']);
        }
      });
      expect(passed).toBeLessThan(unstopped);
      expect(story.relay.postfix.log(), 'the new file').toContain('status=bounced');

      type Restricted = { evidence: { families: { family: string; sum: number; words: string }[] } };
      const { evidence } = await story.relay.api<Restricted>('GET', `/restricted-entities/${story.branch}`);
      const failures = evidence.families.find(({ family }) => family === 'failures');
      expect(failures!.sum).toBeGreaterThan(1);

      const { out } = await story.cordon('blocked', 'show', 'branch office');
      const [, messages, recipients] = /got out +(\d+) messages to (\d+) recipients/.exec(out)!;
      expect(Number(messages)).toBeLessThanOrEqual(passed);
      const [, delivered, queued, bounced] = /: (\d+) delivered, (\d+) still queued, (\d+) bounced$/m.exec(out)!;
      expect([Number(queued), Number(delivered) + Number(bounced)]).toEqual([0, Number(recipients)]);
      expect(Number(bounced)).toBeGreaterThan(0);
    });

    test('without a mail log it is said that nobody knows', async () => {
      const client = await blind.branchOffice();
      await blind.send(client, ['al@contoso.example']);
      await client.quit();
      expect((await blind.latest()).recipients[0]!.fate.status).toBe('unknown');
      const { out, err } = await blind.cordon('queue', 'branch office', '--since', '1h');
      expect(out).toBe('');
      expect(err).toContain('unknown, no mail log is followed');
    });
  });

  describe('mail through our own relay', () => {
    let sink: Sink;
    let behind: Postfix;
    let relay: GuardedRelay;
    beforeAll(async () => {
      sink = await startSink({ refuse: goneAreRefused });
      behind = await startPostfix({ nextHop: sink.port, settings: 'mynetworks = 127.0.0.0/8' });
      relay = await GuardedRelay.start({ relayTo: behind.port, followsLog: behind.logFile });
    });
    afterAll(async () => {
      await relay?.stop();
      await behind?.stop();
      await sink?.stop();
    });

    test('is known by the queue id in the next hop’s answer', async () => {
      const { queueId, fates } = await relayed(relay);
      expect(fates).toMatchObject([
        { status: 'delivered', queueId },
        { status: 'bounced', queueId, text: expect.stringContaining('550 5.1.1 no such user') },
      ]);
    });
  });

  describe('mail that a content filter gives back under another queue id', () => {
    let sink: Sink;
    let filter: Server;
    let behind: Postfix;
    let relay: GuardedRelay;
    beforeAll(async () => {
      sink = await startSink({ refuse: goneAreRefused });
      const backPort = await freePort();
      filter = await startFilter(backPort);
      behind = await startPostfix({
        nextHop: sink.port,
        settings: `mynetworks = 127.0.0.0/8\ncontent_filter = smtp:[127.0.0.1]:${(filter.address() as AddressInfo).port}`,
        serviceOptions: `127.0.0.1:${backPort} inet n - n - 10 smtpd\n  -o content_filter=`,
      });
      relay = await GuardedRelay.start({ relayTo: behind.port, followsLog: behind.logFile });
    });
    afterAll(async () => {
      await relay?.stop();
      await behind?.stop();
      filter?.close();
      await sink?.stop();
    });

    test('has the fate of that one', async () => {
      const { queueId, fates } = await relayed(relay);
      const back = /smtpd\[\d+\]: (\w+): client=/g;
      const queueIds = [...behind.log().matchAll(back)].map((line) => line[1]);
      expect(fates).toMatchObject([
        { status: 'delivered', queueId: queueIds.at(-1) },
        { status: 'bounced', queueId: queueIds.at(-1), text: expect.stringContaining('550 5.1.1 no such user') },
      ]);
      expect(queueIds.at(-1)).not.toBe(queueId);
    });
  });

  describe('mail that waits', () => {
    let story: Story;
    beforeAll(async () => {
      story = await Story.start(true);
    });
    afterAll(() => story?.relay.stop());

    test('is shown as deferred with the reason, and its queue ids are those that Postfix has', async () => {
      const client = await story.branchOffice();
      await story.send(client, ['bob.busy@far.example', 'eve@far.example']);
      const first = await story.fates();
      await story.send(client, ['joe.busy@far.example']);
      await story.fates();
      await client.quit();
      expect(first).toEqual({ 'bob.busy@far.example': 'deferred', 'eve@far.example': 'delivered' });
      expect((await story.latest()).recipients[0]!.fate.text).toContain('451 4.2.0 greylisted');

      const { out, err } = await story.cordon('queue', 'branch office', '--since', '1h');
      const waiting = [...story.relay.postfix.log().matchAll(/\/smtp\[\d+\]: (\w+): to=<\w+\.busy@/g)].map(
        (line) => line[1],
      );
      expect(out.trim().split('\n').sort()).toEqual([...new Set(waiting)].sort());
      expect(out).toMatch(/^\w+\n\w+\n$/);
      expect(err).toMatch(/^# Accepted since .*\n# local: 2 still queued\. To hold them, there: postsuper -h -\n$/);
    });
  });
});
