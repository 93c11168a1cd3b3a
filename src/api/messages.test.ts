import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDeliveryRecord, aMessageRecord, aTestApi, NOW } from '../../test/api-world.ts';

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

describe('the filters of the trace', () => {
  const { journal } = world.store;
  const { ourConnector } = world;
  const feedbackFrom = 'local';
  const sender = 'filters@ours.example';
  beforeAll(async () => {
    const record = (seq: number, over = {}) =>
      aMessageRecord(ourConnector, seq, { envelopeSender: sender, feedbackFrom, ...over });
    const bounced = record(200, { messageId: '<Hello@ours.example>' });
    const delivered = record(201, { clientAddress: '2001:db8::1' });
    journal.append(bounced);
    journal.append(delivered);
    journal.append(record(202, { outcome: 'tipped', queueId: '4XHELLO' }));
    journal.append(record(203, { outcome: 'restricted' }));
    journal.append(aDeliveryRecord(bounced, 204, { 'bob@far.example': 'bounced' }));
    journal.append(aDeliveryRecord(delivered, 205, { 'bob@far.example': 'delivered' }));
    journal.append(record(206));
  });
  const seqs = async (query: string) => {
    const { body } = await ask('ours', 'GET', `/messages?sender=${sender}&${query}`);
    return body.items.map((item: { seq: number }) => item.seq);
  };

  test('take several outcomes', async () => {
    expect(await seqs('outcome=tipped')).toEqual([202]);
    expect(await seqs('outcome=tipped&outcome=restricted')).toEqual([203, 202]);
    expect((await ask('ours', 'GET', '/messages?outcome=lost')).status).toBe(400);
    expect((await ask('ours', 'GET', '/messages?outcome=tipped&outcome=lost')).status).toBe(400);
  });

  test('take a Message-ID, a queue id and the address of the client', async () => {
    expect(await seqs(`messageId=${encodeURIComponent('<Hello@ours.example>')}`)).toEqual([200]);
    expect(await seqs('messageId=Hello@ours.example')).toEqual([200]);
    expect(await seqs('messageId=4XHELLO')).toEqual([202]);
    expect(await seqs('clientAddress=2001:DB8:0:0::1')).toEqual([201]);
    const { status, body } = await ask('ours', 'GET', '/messages?clientAddress=branch');
    expect([status, body.errors]).toEqual([400, [{ path: 'clientAddress', message: 'must be an IP address' }]]);
  });

  test('take what became of a recipient, page by page', async () => {
    expect(await seqs('fate=bounced')).toEqual([200]);
    expect(await seqs('fate=bounced&fate=delivered')).toEqual([201, 200]);
    expect(await seqs('fate=refused')).toEqual([203, 202]);
    const query = `sender=${sender}&fate=bounced&fate=delivered&limit=1`;
    const first = (await ask('ours', 'GET', `/messages?${query}`)).body;
    const second = (await ask('ours', 'GET', `/messages?${query}&cursor=${first.next}`)).body;
    expect([first, second].map(({ items }) => items.map(({ seq }: { seq: number }) => seq))).toEqual([[201], [200]]);
  });
});

describe('the volume of messages', () => {
  const { journal } = world.store;
  const from = NOW + 10 * 86_400_000;
  const time = (milliseconds: number) => new Date(from + milliseconds).toISOString();
  const day = `from=${time(0)}&until=${time(86_400_000)}`;
  beforeAll(() => {
    for (let i = 0; i < 5; i++)
      journal.append(aMessageRecord(world.ourConnector, 300 + i, { at: from + i * 3_600_000 }));
    journal.append(aMessageRecord(world.ourConnector, 305, { at: from + 3_600_000, outcome: 'restricted' }));
    journal.append(aMessageRecord(world.theirConnector, 306, { at: from, envelopeSender: 'eve@theirs.example' }));
  });

  test('is counted in equal parts of the time, by outcome', async () => {
    const { status, body } = await ask('ours', 'GET', `/messages/volume?${day}&bins=24`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ incomplete: false, completeFrom: time(0), until: time(86_400_000) });
    expect(body.items).toHaveLength(24);
    expect(body.items.slice(0, 2)).toEqual([
      { at: time(0), messages: 1, recipients: 1, byOutcome: { accepted: 1 } },
      { at: time(3_600_000), messages: 2, recipients: 2, byOutcome: { accepted: 1, restricted: 1 } },
    ]);
    expect(body.items.at(-1)).toEqual({ at: time(23 * 3_600_000), messages: 0, recipients: 0, byOutcome: {} });
  });

  test("takes the trace's filters, and is the own organization's", async () => {
    const sum = async (who: 'ours' | 'theirs' | 'provider', query: string) => {
      const { body } = await ask(who, 'GET', `/messages/volume?${day}&${query}`);
      return body.items.reduce((all: number, { messages }: { messages: number }) => all + messages, 0);
    };
    expect(await sum('ours', '')).toBe(6);
    expect(await sum('theirs', '')).toBe(1);
    expect(await sum('provider', '')).toBe(7);
    expect(await sum('theirs', `entityId=${world.ourConnector.id}`)).toBe(0);
    expect(await sum('ours', 'outcome=restricted&outcome=tipped')).toBe(1);
    expect(await sum('provider', 'sender=eve@theirs.example')).toBe(1);
    expect((await ask('theirs', 'GET', `/messages/volume?organizationId=${world.ours.id}`)).status).toBe(404);
  });

  test('is of the last day where nothing else is asked for, and refuses a time that is none', async () => {
    world.clock.now = from + 86_400_000;
    const { body } = await ask('ours', 'GET', '/messages/volume');
    world.clock.now = NOW;
    expect([body.items.length, body.items[0].at, body.until]).toEqual([48, time(0), time(86_400_000)]);
    const { status, body: problem } = await ask('ours', 'GET', `/messages/volume?from=${time(1)}&until=${time(1)}`);
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    for (const bins of [9, 201]) expect((await ask('ours', 'GET', `/messages/volume?bins=${bins}`)).status).toBe(400);
  });

  test('leaves an audit record like a search, and none beside one for the same', async () => {
    const count = async () => (await audit('Get-MessageTrace')).length;
    let before = await count();
    await ask('ours', 'GET', `/messages/volume?${day}&sender=anna@ours.example`);
    expect(await count()).toBe(++before);
    const parameters = { sender: 'anna@ours.example', from: time(0), until: time(86_400_000) };
    expect(await audit('Get-MessageTrace')).toContainEqual(expect.objectContaining({ by: 'our admin', parameters }));
    const { body } = await ask('ours', 'GET', `/messages?${day}&sender=anna@ours.example`);
    expect(await count()).toBe(++before);
    const beside = (who: 'ours' | 'provider', more: string) =>
      ask(who, 'GET', `/messages/volume?${day}&bins=10&search=${body.search}&sender=${more}`);
    expect((await beside('ours', 'anna@ours.example')).status).toBe(200);
    expect(await count()).toBe(before);
    for (const [who, more] of [
      ['ours', 'ben@ours.example'],
      ['ours', 'anna@ours.example&outcome=tipped'],
      ['provider', 'anna@ours.example'],
    ] as const) {
      expect((await beside(who, more)).status).toBe(200);
      expect(await count()).toBe(++before);
    }
  });
});
