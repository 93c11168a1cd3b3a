// Reason as programs read it: of a whole guard that blocks by itself, before and after a restart, and of restrictions that know less.
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GuardWorld, type GuardWorldOptions } from '../../test/guard-world.ts';
import { actionsOf } from '../access/roles.ts';
import type { MessageRecord } from '../activity/record.ts';
import type { SendingLimits } from '../attribution/sending-limits.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import { anAuditLog } from '../store/audit-log-in-test.ts';
import type { CmdletPorts, Row } from './cmdlet.ts';
import { machineReason } from './reason.ts';
import { runCmdlet } from './run.ts';
import { cmdletNamed } from './table.ts';

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const LOGIN = 'julia@ours.example';

let world: GuardWorld;

/** For the test that calls it. */
async function openWorld(options?: GuardWorldOptions): Promise<void> {
  world = await GuardWorld.open(options);
  onTestFinished(() => world.close());
}

async function run(name: string, values: Readonly<Record<string, unknown>> = {}): Promise<readonly Row[]> {
  const { directory, restricted: restrictions, store, organizationId } = world;
  const now = () => world.time;
  const audit = await anAuditLog(store.audit, { now, isOn: () => true });
  const ports = { directory, restrictions, journal: store.journal, audit, now, randomUUID } as unknown as CmdletPorts;
  const roles = ['Organization Management'] as const;
  const principal = { id: 'a', kind: 'account', name: 'a', organizationId, roles, actions: actionsOf(roles) } as const;
  const requester = { principal, ip: '127.0.0.1', log: { error: () => {} } };
  const outcome = await runCmdlet(cmdletNamed(name)!, values, { ports, requester, organizationId, warn: () => {} });
  return outcome.kind === 'done' ? outcome.rows : [];
}

/** The message that the reason leads to. */
async function ledTo(reason: string): Promise<readonly Row[]> {
  const [, MessageTraceId] = new RegExp(`MessagetraceId[:=](${GUID})`).exec(reason) ?? [];
  return run('Get-MessageTraceV2', { MessageTraceId });
}

const connectorReason = async () => String((await run('Get-BlockedConnector'))[0]?.Reason);
const userReason = async () => String((await run('Get-BlockedSenderAddress'))[0]?.Reason);

describe('of a connector that sent spam', () => {
  test('says what it sent in 24 hours, and leads to the very message that tripped the block', async () => {
    await openWorld();
    await world.addConnector();
    await world.quietWeek();
    const { leaked, said } = await world.attack();
    expect(said).toMatch(/5\.7\.711/);
    const spam = leaked + 1;
    const reason = await connectorReason();
    const [, mail] = /OutboundMailLast24Hours=(\d+)/.exec(reason) ?? [];
    // A message every 72 minutes: 20 in 24 hours, and one where the count's last 24 minutes have it.
    expect([20 + spam, 21 + spam]).toContain(Number(mail));
    const percent = Math.round((100 * spam) / Number(mail));
    expect(reason).toMatch(
      new RegExp(
        `^Suspicious connector activity;OutboundSpamLast24Hours=${spam};OutboundMailLast24Hours=${mail};OutboundSpamPercent=${percent};Last Spam Message MessagetraceId:${GUID}$`,
      ),
    );
    expect(await ledTo(reason)).toContainEqual(
      expect.objectContaining({ MessageId: `<a${leaked}@notice.example>`, Outcome: 'tipped', Status: 'Failed' }),
    );
  });

  test('counts also what was sent before a restart, and stays the same after one', async () => {
    await openWorld();
    await world.addConnector();
    await world.quietWeek();
    await world.restart();
    await world.attack();
    const reason = await connectorReason();
    const [, mail, percent] = /OutboundMailLast24Hours=(\d+);OutboundSpamPercent=(\d+)/.exec(reason) ?? [];
    expect(Number(mail)).toBeGreaterThan(20);
    expect(Number(percent)).toBeLessThan(60);
    await world.restart();
    world.time += 48 * 3_600_000;
    expect(await connectorReason()).toBe(reason);
  });

  test('says nothing of spam where no content filter said anything', async () => {
    await openWorld();
    await world.addConnector();
    const client = { mailServer: 'local', clientAddress: '192.0.2.200', clientPort: 1 };
    const recipients = Array.from({ length: 30 }, (_, k) => ({
      address: `v${k}@far.example`,
      code: k % 2 ? 550 : 250,
    }));
    for (let i = 0; i < 60 && world.restricted.active.get((await only()).id) === undefined; i++) {
      world.time += 10_000;
      const { content } = world.attackMessage(i);
      const over = { client, recipients: recipients.map((one) => ({ ...one, address: `${i}${one.address}` })) };
      await world.judge(world.attackMessage(i, { ...over, content: { ...content!, spam: undefined } }));
    }
    const reason = await connectorReason();
    expect(reason).toMatch(
      new RegExp(
        `^Suspicious connector activity;OutboundMailLast24Hours=\\d+;Last Spam Message MessagetraceId:${GUID}$`,
      ),
    );
    expect(await ledTo(reason)).not.toEqual([]);
  });

  const only = async () => world.directory.connectors()[0]!;
});

test('of a user who sent spam it is the documented form, and leads to the message', async () => {
  await openWorld();
  await world.quietWeek('203.0.113.5', LOGIN);
  const client = { mailServer: 'local', clientAddress: '203.0.113.99', clientPort: 1, saslUsername: LOGIN };
  const { leaked } = await world.attack(60, { client });
  const reason = await userReason();
  expect(reason).toMatch(
    new RegExp(
      `^OutboundSpamLast24Hours=${leaked + 1};OutboundMailLast24Hours=\\d+;OutboundSpamPercent=\\d+;Last Spam Message MessagetraceId:${GUID}$`,
    ),
  );
  expect(await ledTo(reason)).toContainEqual(expect.objectContaining({ MessageId: `<a${leaked}@notice.example>` }));
});

test('of a block that a late answer tripped it leads to the message that was answered', async () => {
  await openWorld({ followsLogs: true });
  const connector = await world.addConnector();
  await world.quietWeek();
  const sent: { readonly message: MessageRecord; readonly messageSeq: number }[] = [];
  for (let i = 0; i < 10; i++) {
    world.time += 20_000;
    await world.judge({
      recipients: Array.from({ length: 5 }, (_, k) => ({ address: `person${i}-${k}@far${i}.example`, code: 250 })),
      queueId: `H${i}`,
      instance: `harvest.${i}`,
      content: {
        headerFrom: 'Anna <anna@ours.example>',
        subject: `Re: ${words(i)}`,
        messageId: `<h${i}@ours.example>`,
        textHead: Array.from({ length: 30 }, (_, word) => words(i * 30 + word)).join(' '),
      },
    });
    sent.push({ message: world.records.at(-1)!, messageSeq: world.log.seq });
  }
  expect(world.restricted.active.get(connector.id)).toBeUndefined();
  for (const { message, messageSeq } of sent) {
    const { at, organizationId, connectorId, connectorEpoch, userEpoch, messageId, queueId, recipients } = message;
    const of = { at, organizationId, connectorId, connectorEpoch, userEpoch, messageId, queueId, messageSeq };
    const answers = recipients.map(
      ({ address }) => ({ address, status: 'bounced', dsn: '5.1.1', text: '550' }) as const,
    );
    const counts = { accepted: 0, refused: recipients.length };
    world.guard.tell({ kind: 'delivery', ...of, mailServer: 'local', recipients: answers, ...counts });
  }
  const { evidence } = world.restricted.active.get(connector.id)!.restriction;
  const rows = await ledTo(await connectorReason());
  expect(rows).toHaveLength(5);
  expect(rows[0]).toMatchObject({ MessageId: evidence!.tippedBy.messageId, Status: 'Failed', Outcome: 'accepted' });
});

/** Others for each number, and without digits, which all look alike in a text. */
function words(n: number): string {
  return n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
}

describe('of who exceeded a sending limit', () => {
  const limited = async (sendingLimits: SendingLimits) => {
    await openWorld();
    await world.addConnector({ sendingLimits });
    // One message to two, one of them outside; then one at a time.
    await world.ask({ instance: 'a', recipient: 'b@far.example', listener: 'milter' });
    await world.ask({ instance: 'a', recipient: 'c@ours.example', listener: 'milter' });
    await world.judge({
      instance: 'a',
      recipients: [
        { address: 'b@far.example', code: 250 },
        { address: 'c@ours.example', code: 250 },
      ],
    });
    for (const recipient of ['d@far.example', 'e@far.example']) {
      await world.ask({ instance: recipient, recipient, listener: 'milter' });
    }
    return connectorReason();
  };

  test('it is the documented form, and leads to the last message before', async () => {
    const reason = await limited({ externalRecipientsPerHour: { most: 2, action: 'restrict' } });
    expect(reason).toMatch(
      new RegExp(
        `^EmailSendingLimitExceeded;InternalRecipientCountToday=1;ExternalRecipientCountToday=2;ExceedingLimitType=External;Last MessagetraceId=${GUID};LastMessageRcptCount=2$`,
      ),
    );
    expect(await ledTo(reason)).toHaveLength(2);
  });

  test("a limit that the product does not know is called by Cordon's name", async () => {
    expect(await limited({ recipientsPerDay: { most: 2, action: 'restrictUntilTomorrow' } })).toContain(
      ';ExceedingLimitType=RecipientsPerDay;',
    );
  });
});

describe('of a restriction that knows less', () => {
  const restriction = (over: Partial<Restriction>): Restriction => ({
    id: 'a',
    incidentId: 'b',
    organizationId: 'c',
    entityId: 'd',
    entityKind: 'connector',
    entityName: 'e',
    epoch: 0,
    since: 0,
    cause: 'detection',
    reason: 'so it is',
    restrictedBy: 'Cordon',
    ...over,
  });

  test('no key is made up', () => {
    expect(machineReason(restriction({}))).toBe('Suspicious connector activity');
    expect(machineReason(restriction({ entityKind: 'user' }))).toBe('Suspicious user activity');
    expect(machineReason(restriction({ cause: 'limit' }))).toBe('EmailSendingLimitExceeded;Comment=so it is');
  });

  test('what an administrator wrote is one part, whatever he wrote', () => {
    const reason = machineReason(restriction({ cause: 'manual', reason: ' a;b=c\n\tOutboundSpamPercent=1; ' }));
    expect(reason.split(';')).toEqual(['RestrictedByAdministrator', 'Comment=a b=c OutboundSpamPercent=1']);
  });
});
