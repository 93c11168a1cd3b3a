import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMessageRecord, aTestApi, NOW } from '../../test/api-world.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

describe('the message trace', () => {
  beforeAll(async () => {
    for (let seq = 100; seq < 105; seq++) world.store.journal.append(aMessageRecord(world.ourConnector, seq));
    world.store.journal.append(
      aMessageRecord(world.theirConnector, 105, { envelopeSender: 'eve@theirs.example', outcome: 'restricted' }),
    );
  });
  const seqs = (body: { items: { seq: number }[] }) => body.items.map((item) => item.seq);

  test('shows what was answered a moment ago, newest first, page by page', async () => {
    const query = `entityId=${world.ourConnector.id}&limit=2`;
    const first = (await ask('ours', 'GET', `/messages?${query}`)).body;
    expect(seqs(first)).toEqual([104, 103]);
    expect(first.items[0]).toMatchObject({
      connectorName: 'branch office',
      envelopeSender: 'anna@ours.example',
      recipients: [{ address: 'bob@far.example', code: 250, relaying: true }],
      outcome: 'accepted',
    });
    expect(first.items[0]).not.toHaveProperty('sketch');
    const second = (await ask('ours', 'GET', `/messages?${query}&cursor=${first.next}`)).body;
    const third = (await ask('ours', 'GET', `/messages?${query}&cursor=${second.next}`)).body;
    expect([seqs(second), seqs(third), third.next]).toEqual([[102, 101], [100], undefined]);
  });

  test('is searched by sender, recipient, outcome and time', async () => {
    const search = async (query: string) => seqs((await ask('provider', 'GET', `/messages?${query}`)).body);
    expect(await search('sender=EVE@theirs.example')).toEqual([105]);
    expect(await search('outcome=restricted')).toEqual([105]);
    const at = (seq: number) => encodeURIComponent(new Date(NOW - 1_000_000 + seq * 1_000).toISOString());
    expect(await search(`recipient=bob@far.example&from=${at(101)}&until=${at(103)}`)).toEqual([102, 101]);
  });

  test('shows an organization its own', async () => {
    expect(seqs((await ask('theirs', 'GET', '/messages')).body)).toEqual([105]);
    expect((await ask('ours', 'GET', '/messages?outcome=restricted')).body.items).toEqual([]);
  });

  test('shows subjects to whoever may see them, and tells the others that they are hidden', async () => {
    for (const who of ['ours', 'security', 'provider'] as const) {
      const { body } = await ask(who, 'GET', '/messages?sender=anna@ours.example');
      expect(body.subjectsHidden).toBe(false);
      expect(body.items[0].subject).toBe('Hello');
    }
    const { status, body } = await ask('reader', 'GET', '/messages');
    expect([status, body.subjectsHidden]).toEqual([200, true]);
    expect(body.items.length).toBeGreaterThan(0);
    for (const item of body.items) expect(item).not.toHaveProperty('subject');
    expect(body.items[0]).toMatchObject({ envelopeSender: 'anna@ours.example', headerFrom: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain('Hello');
  });

  test('leaves an audit record for each search, not for each page', async () => {
    const before = (await audit('Get-MessageTrace')).length;
    const { body } = await ask('ours', 'GET', '/messages?limit=1&sender=anna@ours.example');
    await ask('ours', 'GET', `/messages?limit=1&sender=anna@ours.example&cursor=${body.next}`);
    const records = await audit('Get-MessageTrace');
    expect(records.length).toBe(before + 1);
    expect(records).toContainEqual(
      expect.objectContaining({ by: 'our admin', parameters: { sender: 'anna@ours.example', limit: 1 } }),
    );
  });

  test('audits whoever makes a page of his own, goes on with another search, or after an hour', async () => {
    const count = async () => (await audit('Get-MessageTrace')).length;
    const { body } = await ask('ours', 'GET', '/messages?limit=1');
    let before = await count();
    const page = `limit=2&cursor=${body.next}`;
    expect((await ask('ours', 'GET', `/messages?${page}`)).body.items).toHaveLength(2);
    expect(await count()).toBe(before);
    for (const query of ['cursor=104', page.replace('104', '106'), `${page}&sender=anna@ours.example`]) {
      expect((await ask('ours', 'GET', `/messages?${query}`)).status).toBe(200);
      expect(await count()).toBe(++before);
    }
    await ask('theirs', 'GET', `/messages?${page}`);
    expect(await count()).toBe(++before);
    world.clock.now += 3_600_001;
    await ask('ours', 'GET', `/messages?${page}`);
    expect(await count()).toBe(++before);
    expect((await ask('ours', 'GET', '/messages?cursor=first')).status).toBe(400);
  });
});
