import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aClient, aMessage } from '../test/factories.ts';
import { GuardWorld } from '../test/guard-world.ts';
import type { Connector } from './attribution/entity.ts';
import { doorGates } from './doors.ts';
import type { RelayedMessage } from './mail/relay-request.ts';

const CONNECTOR = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';
const USER = '550 5.1.8 Access denied, bad outbound sender AS(42004)';
const HELD = '451 4.7.1 New connector held for review, try again later';

let world: GuardWorld;
beforeEach(async () => {
  world = await GuardWorld.open();
});
afterEach(() => world.close());

describe('a connector that turns bad', () => {
  test('is restricted within a handful of messages, and the one that tips the sum is itself refused', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const { leaked, said } = await world.attack();
    expect(leaked).toBeLessThanOrEqual(6);
    expect(said).toBe(CONNECTOR);
    expect(world.records.at(-1)).toMatchObject({ outcome: 'tipped', tippedBy: 'connector' });
    const active = world.restricted.active.get(connector.id)!;
    expect(world.ownActs).toEqual([true]);
    expect(active.durable).toBe(true);
    expect(active.restriction.evidence!.sum).toBeGreaterThanOrEqual(13);
    expect(await world.ask()).toBe(CONNECTOR);
    expect(await world.ask({ recipient: 'anna@ours.example' })).toBe('accept');
    expect(await world.ask({ client: aClient({ clientAddress: '198.51.100.1' }) })).toBe('accept');
  });

  test('lets mail that stays at home pass even when it tips the sum', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const { said } = await world.attack(40, {
      recipients: Array.from({ length: 4 }, (_, k) => ({
        address: `nobody${k}@ours.example`,
        code: k === 3 ? 550 : 250,
      })),
    });
    expect(said).toBe('accept');
    if (world.restricted.active.get(connector.id) !== undefined) {
      expect(await world.ask({ recipient: 'anna@ours.example' })).toBe('accept');
    }
  });

  test('a block that falls between RCPT and the dot of another session refuses that message whole', async () => {
    const connector = await world.addConnector();
    expect(await world.ask()).toBe('accept');
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: 'test', by: 'anna' }).settled;
    const mixed = [
      { address: 'anna@ours.example', code: 250 },
      { address: 'bob@far.example', code: 250 },
    ];
    expect(await world.judge({ recipients: mixed })).toBe(CONNECTOR);
    expect(await world.judge({ recipients: mixed.slice(0, 1) })).toBe('accept');
    expect(world.records.map((r) => r.outcome)).toEqual(['restricted', 'accepted']);
  });

  test('tells of each refusal while it is restricted, and of nothing else', async () => {
    await world.addConnector();
    await world.quietWeek();
    await world.attack();
    expect(world.refused).toEqual([]);
    const [active] = world.restricted.active.values();
    await active!.settled;
    await world.ask();
    await world.ask({ recipient: 'anna@ours.example' });
    await world.judge();
    await world.judge({ recipients: [{ address: 'anna@ours.example', code: 250 }] });
    const { entityId } = active!.restriction;
    expect(world.refused).toEqual([entityId, entityId]);
  });

  test('has a content filter asked about mail that will be weighed, and about no other', async () => {
    const connector = await world.addConnector();
    const weighs = (recipients: readonly (readonly [string, number])[], client = aClient()) =>
      world.guard.weighs({ client, recipients: recipients.map(([address, code]) => ({ address, code })) });
    expect(weighs([['bob@far.example', 250]])).toBe(true);
    expect(weighs([['bob@far.example', 250]], aClient({ clientAddress: '198.51.100.1' }))).toBe(false);
    expect(weighs([['bob@far.example', 550]])).toBe(false);
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: 'test', by: 'anna' }).settled;
    expect(weighs([['bob@far.example', 250]])).toBe(false);
    expect(weighs([['anna@ours.example', 250]])).toBe(true);
  });

  test('twenty parallel sessions are not each the first', async () => {
    await world.addConnector();
    await world.quietWeek();
    const judged = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const message = world.attackMessage(i);
        return world.guard.judge(aMessage({ since: world.guard.now(), ...message }));
      }),
    );
    const passed = judged.filter(({ decision }) => decision.action === 'accept').length;
    for (const { settle } of judged) settle('250 2.0.0 Ok');
    expect(passed).toBeLessThanOrEqual(6);
  });
});

describe('a user who turns bad', () => {
  test('is refused for any recipient, and others behind the same connector go on', async () => {
    await world.addConnector({ mode: 'exempt' });
    const client = aClient({ clientAddress: '192.0.2.10', saslUsername: 'ben@ours.example' });
    await world.quietWeek('192.0.2.10', 'ben@ours.example');
    const { said } = await world.attack(40, { client });
    expect(said).toBe(USER);
    expect(world.records.at(-1)).toMatchObject({ outcome: 'tipped', tippedBy: 'user' });
    expect(await world.ask({ client, recipient: 'anna@ours.example' })).toBe(USER);
    expect(await world.ask({ client, recipient: 'postmaster@ours.example' })).toBe('accept');
    expect(await world.ask({ client: aClient({ saslUsername: 'anna@ours.example' }) })).toBe('accept');
  });
});

describe('a user behind a connector', () => {
  const client = aClient({ clientAddress: '192.0.2.10', saslUsername: 'ben@ours.example' });

  test('that is only observed is not blocked either', async () => {
    await world.addConnector({ mode: 'observe' });
    await world.quietWeek('192.0.2.10', 'ben@ours.example');
    expect((await world.attack(25, { client })).said).toBe('accept');
    expect(world.restricted.active.size).toBe(0);
  });

  test('that was deleted leaves nothing behind', async () => {
    const old = await world.addConnector();
    await world.quietWeek();
    await world.directory.removeConnector(old.id);
    expect(world.log.standingOf(old.id)).toBeUndefined();
  });
});

describe('an unblock', () => {
  test('lets mail flow at once, and old mail is not judged again', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const before = world.guard.now();
    await world.attack();
    const order = { by: 'anna', reason: 'cleaned', graceHours: 0, learn: false } as const;
    expect(await world.restricted.unblock(connector.id, order)).toBeDefined();
    expect(await world.ask()).toBe('accept');
    // Fifty messages whose MAIL FROM was before the unblock: journaled, never judged.
    for (let i = 0; i < 50; i++) expect(await world.judge({ ...world.attackMessage(i), since: before })).toBe('accept');
    expect(world.log.standingOf(connector.id)).toMatchObject({ sum: 0, epoch: 1, isRestricted: false });
    expect((await world.attack(40, { recipients: [{ address: 'new@far.example', code: 250 }] })).said).toBe(CONNECTOR);
  });

  describe('of a user', () => {
    const ben = aClient({ clientAddress: '192.0.2.200', saslUsername: 'ben@ours.example' });
    let connector: Connector;
    let before: number;
    beforeEach(async () => {
      connector = await world.addConnector();
      await world.quietWeek();
      before = world.guard.now();
      expect((await world.attack(40, { client: ben })).said).toBe(USER);
      const { userId } = world.records.at(-1)!;
      const order = { by: 'anna', reason: 'new password', graceHours: 0, learn: false } as const;
      expect(await world.restricted.unblock(userId!, order)).toBeDefined();
    });
    /** Thirty messages of his whose MAIL FROM was before the unblock. */
    const sendsOldMail = async () => {
      for (let i = 100; i < 130; i++) {
        expect(await world.judge(world.attackMessage(i, { client: ben, since: before }))).toBe('accept');
      }
    };
    const sum = () => world.log.standingOf(connector.id)!.sum;

    test('makes his old mail no evidence against his connector either', async () => {
      const left = sum();
      await sendsOldMail();
      expect(sum()).toBe(left);
      expect(world.restricted.active.size).toBe(0);
      await world.judge(world.attackMessage(200, { client: ben }));
      expect(sum()).toBeGreaterThan(left);
    });

    test('with grace is his connector’s grace, too: what he brings stops neither', async () => {
      expect((await world.attack(40, { client: ben })).said).toBe(USER);
      const { userId } = world.records.at(-1)!;
      await world.restricted.unblock(userId!, { by: 'anna', reason: '', graceHours: 4, learn: false });
      for (let i = 400; i < 440; i++) expect(await world.judge(world.attackMessage(i, { client: ben }))).toBe('accept');
      expect(world.restricted.active.size).toBe(0);
    });

    test('keeps his old mail from tipping a sum that is full of others’ small evidence', async () => {
      for (let i = 0; sum() < 11; i++) {
        expect(i).toBeLessThan(60);
        const client = aClient({ clientAddress: '192.0.2.200', saslUsername: `user${i % 10}@ours.example` });
        const recipients = [{ address: `new${i}@far.example`, code: 250 }];
        expect(await world.judge(world.attackMessage(300 + i, { client, recipients }))).toBe('accept');
      }
      const full = sum();
      await sendsOldMail();
      expect(sum()).toBe(full);
      expect(world.restricted.active.size).toBe(0);
    });
  });

  test('ends one restriction, however often it is asked for', async () => {
    const connector = await world.addConnector();
    world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' });
    const order = { by: 'anna', reason: '', graceHours: 0, learn: false } as const;
    const ended = await Promise.all([1, 2, 3].map(() => world.restricted.unblock(connector.id, order)));
    expect(ended.filter((restriction) => restriction !== undefined)).toHaveLength(1);
    expect(world.restricted.active.epochOf(connector.id)).toBe(1);
  });

  test('of another organization is as if there were no such restriction', async () => {
    const connector = await world.addConnector();
    world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' });
    const order = { by: 'mallory', reason: '', graceHours: 0, learn: false } as const;
    expect(await world.restricted.unblock(connector.id, order, 'another')).toBeUndefined();
    expect(await world.ask()).toBe(CONNECTOR);
  });

  test('comes by itself when the time of a restriction is over', async () => {
    const connector = await world.addConnector();
    const until = world.time + 3_600_000;
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna', until }).settled;
    world.time = until - 1;
    world.timers.goOff(3_600_000);
    expect(await world.ask()).toBe(CONNECTOR);
    world.time = until;
    world.timers.goOff(3_600_000);
    await expect.poll(() => world.ask()).toBe('accept');
  });
});

describe('modes', () => {
  test('the user who brought nearly all evidence is restricted, and his colleagues go on mailing', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const ben = aClient({ clientAddress: '192.0.2.200', saslUsername: 'ben@ours.example' });
    const { leaked, said } = await world.attack(40, { client: ben });
    expect(leaked).toBeLessThan(10);
    expect(said).toMatch(/^550 5\.1\.8 /);
    expect(await world.ask({ client: ben })).toMatch(/^550 5\.1\.8 /);
    expect(await world.ask({ client: aClient({ clientAddress: '192.0.2.10' }) })).toBe('accept');
    const sum = world.log.standingOf(connector.id)!.sum;
    expect(sum).toBeLessThan(6);
  });

  test('nothing of him is in the evidence when the connector is restricted for others’ mail', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const attackOf = (user: string, i: number, over: Partial<RelayedMessage> = {}) =>
      world.judge(
        world.attackMessage(i, {
          client: aClient({ clientAddress: '192.0.2.200', saslUsername: `${user}@ours.example` }),
          content: { ...world.attackMessage(i).content!, messageId: `<${user}${i}@notice.example>` },
          ...over,
        }),
      );
    await attackOf('anna', 0, { recipients: [{ address: 'new@far.example', code: 250 }], content: undefined });
    let i = 1;
    while ((await attackOf('ben', i++)) === 'accept') expect(i).toBeLessThan(40);
    expect(world.restricted.active.get(connector.id)).toBeUndefined();
    const first = i;
    while ((await attackOf(['carl', 'dora', 'emil'][i % 3]!, i)) === 'accept') expect(i++).toBeLessThan(40);
    const { families } = world.restricted.active.get(connector.id)!.restriction.evidence!;
    const messages = families.flatMap((family) => family.messages.map(({ messageId }) => messageId));
    expect(messages.join()).not.toContain('ben');
    expect(messages.join()).toMatch(/carl|dora|emil/);
    const recipients = 1 + 4 * (i + 1 - first);
    expect(families.find(({ family }) => family === 'recipients')!.words).toContain(`(${recipients} of ${recipients})`);
  });

  test('where several users take part it is the connector', async () => {
    await world.addConnector();
    await world.quietWeek();
    let said = 'accept';
    for (let i = 0; i < 40 && said === 'accept'; i++) {
      const client = aClient({ clientAddress: '192.0.2.200', saslUsername: `user${i % 4}@ours.example` });
      said = await world.judge(world.attackMessage(i, { client }));
    }
    expect(said).toMatch(/^550 5\.7\.711 /);
  });

  test('observe says what would have been blocked, once, and blocks nothing', async () => {
    await world.addConnector({ mode: 'observe' });
    await world.quietWeek();
    expect((await world.attack(25)).said).toBe('accept');
    expect(world.reports.map(({ verdict }) => verdict.action)).toEqual(['warn', 'report']);
    expect(world.reports[1]!.verdict.level).toBe('compromised');
  });

  test('a new connector beyond the threshold is held with 451, reported once, and not restricted', async () => {
    const connector = await world.addConnector({ armed: false });
    const { said } = await world.attack();
    expect(said).toBe(HELD);
    expect(await world.judge(world.attackMessage(90))).toBe(HELD);
    expect(world.reports.filter(({ verdict }) => verdict.action === 'hold')).toHaveLength(1);
    expect(world.restricted.active.get(connector.id)).toBeUndefined();
    expect(world.records.at(-1)).toMatchObject({ outcome: 'held', tippedBy: 'connector' });
  });
});

describe('what is evidence', () => {
  test('a message that the next hop defers or refuses is journaled and is none', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    const before = world.log.standingOf(connector.id)!.sum;
    for (let hour = 0; hour < 6; hour++) await world.judge(world.attackMessage(1), '451 4.3.0 Try again later');
    await world.judge(world.attackMessage(2), '554 5.6.0 Not this');
    expect(world.log.standingOf(connector.id)!.sum).toBe(before);
    expect(world.records.slice(-7).map((r) => r.outcome)).toEqual([...Array(6).fill('deferred'), 'rejected']);
    await world.judge(world.attackMessage(1));
    expect(world.log.standingOf(connector.id)!.sum).toBeGreaterThan(before);
  });

  test('the second pass of the same mail is journaled as repeated and counts once', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    await world.judge(world.attackMessage(1));
    const once = world.log.standingOf(connector.id)!.sum;
    await world.judge(world.attackMessage(1));
    expect(world.records.at(-1)!.outcome).toBe('repeated');
    expect(world.log.standingOf(connector.id)!.sum).toBe(once);
  });

  test('recipients that do not exist count although no message came of them', async () => {
    const connector = await world.addConnector();
    await world.quietWeek();
    for (let i = 0; i < 60 && world.restricted.active.get(connector.id) === undefined; i++) {
      world.time += 10_000;
      const message = world.attackMessage(i);
      world.guard.abandon(
        aMessage({
          ...message,
          content: undefined,
          since: world.guard.now(),
          recipients: [{ address: `x${i}@far.example`, code: 550 }],
        }),
      );
    }
    expect(world.restricted.active.get(connector.id)).toBeDefined();
    expect(await world.ask()).toBe(CONNECTOR);
  });

  test('refusals of a restricted entity are counted as attempts', async () => {
    const connector = await world.addConnector();
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' }).settled;
    world.guard.abandon(
      aMessage({ recipients: [{ address: 'bob@far.example', code: 550 }], since: world.guard.now() }),
    );
    expect(world.records.at(-1)!.outcome).toBe('restricted');
    expect(world.log.attemptsOf(connector.id)).toEqual({ messages: 1, recipients: 1, lastAt: world.time });
    expect(world.log.standingOf(connector.id)!.attempts).toEqual(world.log.attemptsOf(connector.id));
    await world.restricted.unblock(connector.id, { by: 'anna', reason: '', graceHours: 0, learn: false });
    expect(world.log.attemptsOf(connector.id)).toBeUndefined();
  });

  test('each open door is a gate, which lets pass what the guard does not hold back', async () => {
    const connector = await world.addConnector();
    const address = { host: '127.0.0.1', port: 25 };
    const doors = { postfixPolicy: address, milter: undefined, smtpRelay: address };
    const gates = doorGates(doors, (entityId) => world.guard.holdsBack(entityId));
    expect(gates.map(({ name }) => name)).toEqual(['postfix-policy', 'smtp-relay']);
    const letPass = () => Promise.all(gates.map((gate) => gate.letsPass(connector.id)));
    expect(await letPass()).toEqual([true, true]);
    await world.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' }).settled;
    expect(await letPass()).toEqual([false, false]);
    expect(await world.ask()).toBe(CONNECTOR);
    await world.restricted.unblock(connector.id, { by: 'anna', reason: '', graceHours: 0, learn: false });
    expect(await letPass()).toEqual([true, true]);
    expect(await world.ask()).toBe('accept');
  });

  test('refusals of a restricted user are his attempts, and not his connector’s', async () => {
    const connector = await world.addConnector();
    const ben = world.directory.user(world.organizationId, 'ben@ours.example');
    for (const entity of [connector, ben]) {
      await world.restricted.restrict({ entity, cause: 'manual', reason: '', by: 'anna' }).settled;
    }
    world.guard.abandon(
      aMessage({
        client: aClient({ clientAddress: '192.0.2.10', saslUsername: ben.name }),
        recipients: [{ address: 'bob@far.example', code: 550 }],
        since: world.guard.now(),
      }),
    );
    expect(world.log.attemptsOf(ben.id)).toMatchObject({ messages: 1, recipients: 1 });
    expect(world.log.attemptsOf(connector.id)).toMatchObject({ messages: 0 });
  });
});

describe('what nobody claims', () => {
  test('mail to accepted domains passes unjournaled; relaying is collected for discovery', async () => {
    const client = aClient({ clientAddress: '198.51.100.7', clientName: 'scanner.local' });
    expect(await world.ask({ client, recipient: 'anna@ours.example' })).toBe('accept');
    expect(await world.ask({ client })).toBe('accept');
    expect(await world.ask({ client })).toBe('accept');
    expect(await world.judge({ client })).toBe('accept');
    expect(world.records).toHaveLength(0);
    expect(world.discovery.list(() => false)).toMatchObject([
      { clientAddress: '198.51.100.7', clientName: 'scanner.local', recipients: 2 },
    ]);
  });
});

describe('the journal', () => {
  test("keeps what header and links say, and whether the sender's domain is the organization's", async () => {
    await world.addConnector();
    const content = {
      headerFrom: 'Boss <boss@far.example>',
      subject: '',
      messageId: '<1@far.example>',
      textHead: '',
      replyTo: ['ceo@far.example'],
      isReply: true,
      isAutomatic: false,
      linkHosts: ['evil.example'],
      misleadingLinks: 1,
    };
    await world.judge({ content, envelopeSender: 'anna@OURS.example' });
    await world.judge({ envelopeSender: '', content: { ...content, replyTo: [], linkHosts: [], headerFrom: 'none' } });
    expect(world.records[0]).toMatchObject({
      replyTo: ['ceo@far.example'],
      isReply: true,
      linkHosts: ['evil.example'],
      misleadingLinks: 1,
      senderProvisioned: true,
      fromProvisioned: false,
    });
    expect(world.records[0]!.isAutomatic).toBeUndefined();
    const [, { replyTo, linkHosts, senderProvisioned, fromProvisioned } = world.records[0]!] = world.records;
    expect([replyTo, linkHosts, senderProvisioned, fromProvisioned]).toEqual(Array(4).fill(undefined));
  });
});

describe('privacy', () => {
  test('a subject is journaled only as far as the configuration allows', async () => {
    await world.close();
    world = await GuardWorld.open({ subjects: 'first-20' });
    await world.addConnector();
    await world.judge(world.attackMessage(1));
    expect(world.records[0]!.subject).toBe('Verify your account');
    await world.judge(
      world.attackMessage(2, {
        content: { ...world.attackMessage(2).content!, subject: 'A very long subject that tells too much' },
      }),
    );
    expect(world.records[1]!.subject).toBe('A very long subject ');
  });
});

describe('a Partner connector', () => {
  test('that tries to relay is denied, and that is no evidence of refused recipients', async () => {
    const partner = await world.addConnector({ type: 'Partner' });
    expect(await world.ask()).toBe('550 5.7.64 TenantAttribution; Relay Access Denied SMTP');
    expect(await world.ask({ recipient: 'anna@ours.example' })).toBe('accept');
    world.guard.abandon(
      aMessage({ recipients: [{ address: 'bob@far.example', code: 550 }], since: world.guard.now() }),
    );
    expect(world.records.at(-1)!.outcome).toBe('denied');
    expect(world.log.standingOf(partner.id)?.sum ?? 0).toBe(0);
  });
});

describe('a fault of our own', () => {
  const fault = () => {
    throw new Error('bug');
  };

  test.each([
    ['accept', 'accept'],
    ['defer', '451 4.7.1 Service unavailable, try again later'],
  ] as const)(
    'with whenUncertain %s is answered %s, never thrown at a mail server',
    async (whenUncertain, expected) => {
      await world.close();
      world = await GuardWorld.open({ whenUncertain });
      await world.addConnector();
      world.directory.attribute = fault;
      expect(await world.ask()).toBe(expected);
      expect(await world.judge()).toBe(expected);
      world.guard.abandon(aMessage());
      expect(world.faults).toHaveLength(3);
    },
  );
});
