import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDeliveryRecord, aMessageRecord, aTestApi, EVIDENCE, NOW } from '../../test/api-world.ts';
import type { DeliveryStatus, MessageRecord } from '../activity/record.ts';

const api = await aTestApi();
const { world, ask, audit, app } = api;
afterAll(() => api.close());

const connector = world.ourConnector;
/** The first message that `EVIDENCE` names. */
const BEGAN = NOW - 61_000;
let seq = 0;

/** Accepted so many milliseconds after the attack began, by a followed mail server. */
function accepted(after: number, addresses: readonly string[], over: Partial<MessageRecord> = {}): MessageRecord {
  const recipients = addresses.map((address) => ({ address, code: 250, relaying: true }));
  const record = aMessageRecord(connector, ++seq, { at: BEGAN + after, recipients, feedbackFrom: 'local', ...over });
  world.store.journal.append(record);
  return record;
}

function became(message: MessageRecord, fates: Readonly<Record<string, DeliveryStatus>>): void {
  world.store.journal.append(aDeliveryRecord(message, ++seq, fates));
}

const whatGotOut = `/restricted-entities/${connector.id}/what-got-out`;
const noBefore = { accepted: 0, delivered: 0, queued: 0, bounced: 0, unknown: 0 };

describe('what an attack got out', () => {
  beforeAll(async () => {
    accepted(-1, ['before@far.example']);
    const first = accepted(0, ['a@far.example', 'b@far.example', 'c@far.example']);
    became(first, { 'a@far.example': 'delivered', 'b@far.example': 'deferred' });
    const second = accepted(10, ['=cmd|x@far.example', '"d,d"@far.example'], { queueId: '4XSECOND' });
    became(second, { '=cmd|x@far.example': 'bounced', '"d,d"@far.example': 'delivered' });
    became(first, { 'b@far.example': 'bounced' });
    accepted(20, ['e@far.example'], { feedbackFrom: undefined });
    accepted(25, ['refused@far.example'], { outcome: 'tipped' });
    accepted(26, ['a@far.example'], { outcome: 'repeated' });
    accepted(62_000, ['after@far.example']);
    const order = { entity: connector, cause: 'detection', reason: 'r', by: 'Cordon', evidence: EVIDENCE } as const;
    await world.ports.restrictions.restrict(order).settled;
  });

  test('from the first message that the evidence names up to the restriction', async () => {
    const { status, body } = await ask('ours', 'GET', whatGotOut);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: connector.id,
      since: new Date(BEGAN).toISOString(),
      until: new Date(NOW).toISOString(),
      messages: 3,
      recipients: { accepted: 6, delivered: 2, queued: 1, bounced: 2, unknown: 1 },
    });
    const since = encodeURIComponent(new Date(BEGAN + 20).toISOString());
    expect((await ask('ours', 'GET', `${whatGotOut}?since=${since}`)).body).toMatchObject({
      messages: 1,
      recipients: { ...noBefore, accepted: 1, unknown: 1 },
    });
  });

  test('is exported recipient by recipient, safe for spreadsheets, and audited', async () => {
    const headers = { authorization: `Bearer ${world.secrets.ours}` };
    const csv = await app.inject({ url: `/api/v1${whatGotOut}/recipients`, headers });
    expect(csv.headers['content-type']).toContain('text/csv');
    const lines = csv.body.trimEnd().split('\r\n');
    expect(lines[0]).toBe('at,messageId,envelopeSender,recipient,status,answeredAt,dsn,answer,mailServer,queueId');
    expect(lines).toHaveLength(7);
    const second = new Date(BEGAN + 10).toISOString();
    const answered = new Date(BEGAN + 2_010).toISOString();
    const head = `${second},<4@ours.example>,anna@ours.example`;
    expect(lines).toContain(
      `${head},'=cmd|x@far.example,bounced,${answered},5.1.1,550 5.1.1 no such user,local,4XSECOND`,
    );
    expect(lines).toContain(`${head},"""d,d""@far.example",delivered,${answered},2.0.0,250 2.0.0 Ok,local,4XSECOND`);
    const jsonl = await app.inject({ url: `/api/v1${whatGotOut}/recipients?format=jsonl`, headers });
    const rows = jsonl.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Object.fromEntries(rows.map(({ recipient, status }) => [recipient, status]))).toEqual({
      'a@far.example': 'delivered',
      'b@far.example': 'bounced',
      'c@far.example': 'queued',
      '=cmd|x@far.example': 'bounced',
      '"d,d"@far.example': 'delivered',
      'e@far.example': 'unknown',
    });
    const records = await audit('Export-WhatGotOut');
    expect(records).toContainEqual(
      expect.objectContaining({ by: 'our admin', objectId: connector.id, parameters: { format: 'csv' } }),
    );
  });

  test('is summed for whoever reads, and exported only for whoever may see contents', async () => {
    expect((await ask('reader', 'GET', whatGotOut)).body).toMatchObject({ messages: 3 });
    for (const format of ['csv', 'jsonl']) {
      const answer = await ask('reader', 'GET', `${whatGotOut}/recipients?format=${format}`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    const headers = { authorization: `Bearer ${world.secrets.security}` };
    expect((await app.inject({ url: `/api/v1${whatGotOut}/recipients`, headers })).statusCode).toBe(200);
  });

  test('the queue ids that still wait, also of mail after the restriction', async () => {
    const { body } = await ask('ours', 'GET', `/queued-messages?entityId=${connector.id}`);
    expect(body).toEqual({
      since: new Date(BEGAN).toISOString(),
      mailServers: [{ mailServer: 'local', queueIds: ['4X10', '4X2'] }],
      unknown: 1,
    });
  });

  test('is still told when the incident has ended, by its id or as the last one', async () => {
    const { incidentId } = (await ask('ours', 'GET', whatGotOut)).body;
    await ask('ours', 'POST', `/restricted-entities/${connector.id}/unblock`);
    expect((await ask('ours', 'GET', whatGotOut)).body).toMatchObject({ incidentId, messages: 3 });
    await ask('ours', 'POST', `/restricted-entities/${connector.id}/restrict`, { reason: 'again' });
    expect((await ask('ours', 'GET', whatGotOut)).body.incidentId).not.toBe(incidentId);
    const named = (await ask('ours', 'GET', `${whatGotOut}?incidentId=${incidentId}`)).body;
    expect(named).toMatchObject({ incidentId, messages: 3, recipients: { accepted: 6 } });
    const unknown = `${whatGotOut}?incidentId=159eb7c4-75d7-43e2-95fe-ced44b3e0a56`;
    expect((await ask('ours', 'GET', unknown)).body).toMatchObject({ code: 'not_restricted' });
  });

  test('mail that no server keeps so long is not called queued', async () => {
    world.clock.now = NOW + 6 * 86_400_000;
    const { body } = await ask('ours', 'GET', `${whatGotOut}?since=${new Date(BEGAN).toISOString()}`);
    expect(body.recipients).toMatchObject({ queued: 0, unknown: expect.any(Number) });
    world.clock.now = NOW;
  });
});

describe('the trace', () => {
  test('shows what became of each recipient, the last answer of it', async () => {
    const { body } = await ask('ours', 'GET', `/messages?entityId=${connector.id}&recipient=c@far.example`);
    const fates = body.items[0].recipients.map(({ address, fate }: { address: string; fate: object }) => [
      address,
      fate,
    ]);
    const answer = { at: new Date(BEGAN + 2_000).toISOString(), mailServer: 'local', queueId: '4X2' };
    expect(fates).toEqual([
      ['a@far.example', { status: 'delivered', dsn: '2.0.0', text: '250 2.0.0 Ok', ...answer }],
      ['b@far.example', { status: 'bounced', dsn: '5.1.1', text: '550 5.1.1 no such user', ...answer }],
      ['c@far.example', { status: 'queued', mailServer: 'local', queueId: '4X2' }],
    ]);
    expect(body.items[0]).not.toHaveProperty('feedbackFrom');
  });
});
