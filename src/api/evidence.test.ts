// The evidence of an incident and what would have been blocked: a whole guard judges, and the API over its rooms tells of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMessageRecord, aTestApi, EVIDENCE, NOW, type Secret, type TestApi } from '../../test/api-world.ts';
import { aClient } from '../../test/factories.ts';
import { GuardWorld } from '../../test/guard-world.ts';
import type { Connector } from '../attribution/entity.ts';
import type { Evidence } from '../restrictions/restriction.ts';
import { buildApi } from './build.ts';

const HOUR = 3_600_000;
const toTime = (at: number) => new Date(at).toISOString();
const rounded = (value: number) => Math.round(value * 100) / 100;
const total = (terms: Record<string, number>) => Object.values(terms).reduce((sum, term) => sum + term, 0);

/** The API over a guard's rooms; `ours` and `reader` belong to the guard's organization, `theirs` to another one. */
interface Told {
  readonly guard: GuardWorld;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly ask: (who: 'ours' | 'reader' | 'theirs', path: string) => Promise<{ status: number; body: any }>;
  readonly audit: TestApi['audit'];
  readonly close: () => Promise<void>;
}

async function aToldGuard(): Promise<Told> {
  const guard = await GuardWorld.open();
  const { world, close } = await aTestApi();
  const theirs = await guard.directory.addOrganization('Theirs');
  const secrets: Record<string, Secret> = {
    ours: await world.tokenOf(['Security Administrator'], guard.organizationId),
    reader: await world.tokenOf(['Security Reader'], guard.organizationId),
    theirs: await world.tokenOf(['Organization Management'], theirs.id),
  };
  const app = await buildApi({
    ...world.ports,
    directory: guard.directory,
    restrictions: guard.restricted,
    journal: guard.store.journal,
    standingOf: (entityId) => guard.log.standingOf(entityId),
    now: () => guard.time,
  });
  return {
    guard,
    ask: async (who, path) => {
      const headers = { authorization: `Bearer ${secrets[who]!.secret}` };
      const response = await app.inject({ url: `/api/v1${path}`, headers });
      return { status: response.statusCode, body: response.json() };
    },
    audit: world.audit,
    close: async () => {
      await app.close();
      await close();
      await guard.close();
    },
  };
}

describe('of a connector that turned bad', () => {
  let told: Told;
  let guard: GuardWorld;
  let connector: Connector;
  let path: string;
  let evidence: Evidence;
  let leaked: number;
  let blockedAt: number;
  beforeAll(async () => {
    told = await aToldGuard();
    guard = told.guard;
    connector = await guard.addConnector();
    path = `/restricted-entities/${connector.id}/evidence`;
    await guard.quietWeek();
    leaked = (await guard.attack()).leaked;
    expect(leaked).toBeGreaterThan(0);
    blockedAt = guard.time;
    evidence = guard.restricted.active.get(connector.id)!.restriction.evidence!;
    for (let i = 50; i < 53; i++) {
      guard.time += HOUR;
      await guard.judge(guard.attackMessage(i));
      await guard.judge(guard.attackMessage(i + 100));
    }
  });
  afterAll(() => told.close());

  test('the sum over time ends with the message that tipped it, its terms the families of the evidence', async () => {
    const { status, body } = await told.ask('ours', path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      restriction: { id: connector.id, cause: 'detection' },
      evidence: { sum: evidence.sum },
      since: toTime(blockedAt - 7 * 24 * HOUR),
      until: toTime(blockedAt),
      attack: { until: toTime(blockedAt) },
      thinned: 0,
      withoutSum: 0,
      incomplete: false,
    });
    const { timeline, figures } = body;
    expect(timeline.length).toBeGreaterThan(130);
    for (const point of timeline) {
      expect(point).toMatchObject({ threshold: 13, of: 'connector' });
      expect(total(point.terms)).toBeCloseTo(point.sum, 1);
    }
    const last = timeline.at(-1);
    expect(last).toMatchObject({ seq: figures.messageSeq, at: toTime(blockedAt), outcome: 'tipped', recipients: 4 });
    expect(last).toMatchObject({ sum: rounded(evidence.sum), level: 'compromised' });
    const families = evidence.families.map(({ family, sum }) => [family, rounded(sum)] as const);
    expect(last.terms).toEqual(Object.fromEntries(families.filter(([, sum]) => sum !== 0)));
    for (const point of timeline.slice(0, -1)) {
      expect(point.sum).toBeLessThan(13);
      expect(point.level).not.toBe('compromised');
    }
    expect(timeline.slice(0, -1 - leaked).every(({ sum }: { sum: number }) => sum < 1)).toBe(true);
  });

  test('where it came from and to which domains it got, and no recipient’s address', async () => {
    const { body } = await told.ask('ours', path);
    const first = blockedAt - leaked * 20_000;
    expect(body.attack.since).toBe(toTime(first));
    expect(body.sources).toEqual([
      {
        clientAddress: '192.0.2.200',
        clientName: expect.any(String),
        messages: leaked + 1,
        recipients: 4 * (leaked + 1),
        firstSeen: toTime(first),
        lastSeen: toTime(blockedAt),
        usedBefore: false,
      },
    ]);
    const domains = Array.from({ length: leaked }, (_, i) => ({
      domain: `far${i}.example`,
      recipients: 3,
      messages: 1,
    }));
    expect(body.topRecipientDomains).toHaveLength(leaked);
    expect(body.topRecipientDomains).toEqual(expect.arrayContaining(domains));
    expect(JSON.stringify(body)).not.toMatch(/victim|friend\d/);
  });

  test('the attempts since, by the detector and hour by hour from the journal', async () => {
    const { body } = await told.ask('ours', path);
    const hours = [1, 2, 3].map((hour) => Math.floor((blockedAt + hour * HOUR) / HOUR) * HOUR);
    expect(body.attempts).toEqual({
      messages: 6,
      recipients: 24,
      lastAt: toTime(blockedAt + 3 * HOUR),
      countedBy: 'detector',
      byHour: hours.map((at) => ({ at: toTime(at), messages: 2, recipients: 8 })),
    });
  });

  test('is the same for a reader, and as if it were not there for another organization', async () => {
    expect((await told.ask('reader', path)).body).toEqual((await told.ask('ours', path)).body);
    const { incidentId } = (await told.ask('ours', path)).body.restriction;
    for (const asked of [path, `${path}?incidentId=${incidentId}`]) {
      const { status, body } = await told.ask('theirs', asked);
      expect([status, body.code]).toEqual([404, 'not_restricted']);
      expect(JSON.stringify(body)).not.toMatch(/192\.0\.2|far\d|branch/);
    }
  });

  test('is told after the unblock, too, and the next incident begins with it', async () => {
    const before = (await told.ask('ours', path)).body;
    guard.time += HOUR;
    const order = { by: 'anna', reason: 'cleaned', graceHours: 0, learn: false } as const;
    await guard.restricted.unblock(connector.id, order);
    const unblockedAt = guard.time;
    const { countedBy, ...attempts } = before.attempts;
    const ended = (await told.ask('ours', path)).body;
    expect(ended).toMatchObject({ timeline: before.timeline, attempts: { ...attempts, countedBy: 'journal' } });

    await guard.attack();
    const again = (await told.ask('ours', path)).body;
    expect(again.restriction.incidentId).not.toBe(before.restriction.incidentId);
    expect(again.since).toBe(toTime(unblockedAt));
    expect(again.timeline.length).toBeLessThan(10);
    expect(again.timeline.at(-1).sum).toBeGreaterThanOrEqual(13);
    // The first attack has not made its address an old acquaintance.
    expect(again.sources).toMatchObject([{ clientAddress: '192.0.2.200', usedBefore: false }]);
    expect(again.attempts).toEqual({ messages: 0, recipients: 0, countedBy: 'detector', byHour: [] });
    const named = (await told.ask('ours', `${path}?incidentId=${before.restriction.incidentId}`)).body;
    expect(named).toMatchObject({ timeline: before.timeline, sources: before.sources, attempts: ended.attempts });
  });
});

test('a user whose evidence tipped his connector’s sum: that sum is shown last, and his attempts are not the connector’s', async () => {
  const told = await aToldGuard();
  const { guard, ask } = told;
  const connector = await guard.addConnector();
  await guard.quietWeek('192.0.2.10', 'ben@ours.example');
  const client = aClient({ clientAddress: '192.0.2.10', saslUsername: 'ben@ours.example' });
  await guard.attack(40, { client });
  const { userId } = guard.records.at(-1)!;
  guard.time += HOUR;
  await guard.judge(guard.attackMessage(70, { client }));
  const { body } = await ask('ours', `/restricted-entities/${userId}/evidence`);
  expect(body.restriction).toMatchObject({ kind: 'user', name: 'ben@ours.example' });
  expect(body.timeline.slice(0, -1).every((point: { of: string }) => point.of === 'user')).toBe(true);
  expect(body.timeline.at(-1)).toMatchObject({ of: 'connector', tippedBy: 'user', sum: rounded(body.evidence.sum) });
  expect(body.sources).toMatchObject([{ clientAddress: '192.0.2.10', usedBefore: true }]);
  expect(body.attempts).toMatchObject({ messages: 1, recipients: 4 });

  await guard.restricted.restrict({ entity: connector, cause: 'manual', reason: '', by: 'anna' }).settled;
  const ofConnector = (await ask('ours', `/restricted-entities/${connector.id}/evidence`)).body;
  expect(ofConnector.attempts).toMatchObject({ messages: 0, byHour: [] });
  // In its timeline stands what tipped its sum, and whose restriction that became.
  expect(ofConnector.timeline.at(-1)).toMatchObject({ of: 'connector', tippedBy: 'user', level: 'compromised' });
  await told.close();
});

describe('where there is less to tell', () => {
  test('a manual restriction has no evidence, and everything else', async () => {
    const told = await aToldGuard();
    const { guard, ask } = told;
    const connector = await guard.addConnector();
    await guard.quietWeek();
    await guard.restricted.restrict({ entity: connector, cause: 'manual', reason: 'stolen', by: 'anna' }).settled;
    const { body } = await ask('reader', `/restricted-entities/${connector.id}/evidence`);
    expect(body).not.toHaveProperty('evidence');
    expect(body).not.toHaveProperty('figures');
    expect(body.attack.since).toBe(toTime(guard.time - 24 * HOUR));
    expect(body.timeline.at(-1)).toMatchObject({ sum: 0, terms: {}, level: 'clear', outcome: 'accepted' });
    expect(body.topRecipientDomains).toEqual([{ domain: 'partner.example', recipients: 21, messages: 21 }]);
    expect(body.sources).toMatchObject([{ clientAddress: '192.0.2.10', messages: 21, usedBefore: true }]);
    await told.close();
  });

  test('records of before sums were kept are counted, and no sum is made up for them', async () => {
    const api = await aTestApi();
    const { world, ask } = api;
    for (let seq = 1; seq <= 3; seq++) {
      world.store.journal.append(aMessageRecord(world.ourConnector, seq, { at: NOW - 70_000 + seq * 10_000 }));
    }
    const order = { entity: world.ourConnector, cause: 'detection', reason: 'r', by: 'Cordon' } as const;
    await world.ports.restrictions.restrict({ ...order, evidence: EVIDENCE }).settled;
    const { body } = await ask('ours', 'GET', `/restricted-entities/${world.ourConnector.id}/evidence`);
    expect(body).toMatchObject({ timeline: [], withoutSum: 3, thinned: 0, incomplete: false });
    expect(body.evidence.sum).toBe(EVIDENCE.sum);
    // Without a detector that counts, the journal does.
    expect(body.attempts).toEqual({ messages: 0, recipients: 0, countedBy: 'journal', byHour: [] });
    await api.close();
  });
});

describe('what would have been blocked', () => {
  let told: Told;
  let connector: Connector;
  let path: string;
  beforeAll(async () => {
    told = await aToldGuard();
    connector = await told.guard.addConnector({ mode: 'observe' });
    path = `/connectors/${connector.id}/would-have-been-blocked`;
    await told.guard.quietWeek();
    expect((await told.guard.attack(12)).said).toBe('accept');
  });
  afterAll(() => told.close());

  test('is every message that passed with a sum at the threshold, newest first, a page at a time', async () => {
    const { body } = await told.ask('reader', path);
    expect(body.since).toBe(toTime(told.guard.time - 7 * 24 * HOUR));
    expect(body.items.length).toBeGreaterThan(5);
    expect(body.items.map(({ queueId }: { queueId: string }) => queueId)).toEqual(
      body.items.map((_: unknown, i: number) => `A${11 - i}`),
    );
    for (const item of body.items) {
      expect(item).toMatchObject({ threshold: 13, recipients: 4 });
      expect(item.sum).toBeGreaterThanOrEqual(13);
      expect(item.families).toHaveLength(3);
      const [first, second] = item.families;
      expect(item.terms[first]).toBeGreaterThanOrEqual(item.terms[second]);
    }
    expect(body.items[0]).toMatchObject({ envelopeSender: 'ceo11@notice.example', messageId: '<a11@notice.example>' });
    expect(JSON.stringify(body)).not.toMatch(/victim|Verify your/);

    const paged = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: { items: unknown[]; next?: string } = (
        await told.ask('reader', `${path}?limit=3${next === '' ? '' : `&cursor=${next}`}`)
      ).body;
      paged.push(...page.items);
      next = page.next;
    }
    expect(paged).toEqual(body.items);
    const until = encodeURIComponent(body.items[2].at);
    expect((await told.ask('reader', `${path}?until=${until}`)).body.items).toEqual(body.items.slice(3));
    expect((await told.ask('reader', `${path}?from=${until}`)).body.items).toEqual(body.items.slice(0, 3));
  });

  test('leaves one record of the search in the audit log, however many pages are read', async () => {
    const searches = async () => (await told.audit('Get-MessageTrace')).length;
    const before = await searches();
    const { next } = (await told.ask('reader', `${path}?limit=2`)).body;
    await told.ask('reader', `${path}?limit=2&cursor=${next}`);
    expect(await searches()).toBe(before + 1);
    const [record] = await told.audit('Get-MessageTrace');
    expect(record).toMatchObject({ parameters: { entityId: connector.id, compromised: true } });
  });

  test('is not there for another organization', async () => {
    expect(await told.ask('theirs', path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('is nothing of what was refused, or let pass below the threshold', async () => {
    const enforced = await told.guard.addConnector({ name: 'shop', senderIpAddresses: ['198.51.100.0/24'] });
    const client = aClient({ clientAddress: '198.51.100.9' });
    expect((await told.guard.attack(40, { client })).said).not.toBe('accept');
    const { body } = await told.ask('ours', `/connectors/${enforced.id}/would-have-been-blocked`);
    expect(body.items).toEqual([]);
  });
});
