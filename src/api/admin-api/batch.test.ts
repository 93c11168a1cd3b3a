import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AdminApi, type Answered, anAdminApi } from '../../../test/admin-api-world.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

let api: AdminApi;
let ids: readonly string[];
beforeAll(async () => {
  api = await anAdminApi();
});
beforeEach(async () => {
  ids = (await api.blocked(2)).map(({ id }) => id);
});
afterAll(() => api.close());

type Responses = { id: string; status: number; headers: Record<string, string>; body: Answered['body'] }[];

const unblock = (id: string, more = {}) => ({
  id,
  method: 'POST',
  url: `https://cordon.ours.example/adminapi/beta/${api.world.ours.id}/InvokeCommand?`,
  headers: { 'X-CmdletName': 'Remove-BlockedConnector' },
  body: { CmdletInput: { CmdletName: 'Remove-BlockedConnector', Parameters: { ConnectorId: id } } },
  ...more,
});
const list = (id: string, more = {}) =>
  unblock(id, { body: { CmdletInput: { CmdletName: 'Get-BlockedConnector', Parameters: {} } }, ...more });
const send = (requests: unknown, prefer = '', who: 'ours' | 'reader' | 'theirs' = 'ours') =>
  api.ask(who, { url: `${api.world.ours.id}/$batch`, body: { requests }, headers: prefer === '' ? {} : { prefer } });
const responses = async (...given: Parameters<typeof send>): Promise<Responses> => {
  const { status, body } = await send(...given);
  expect(status).toBe(200);
  return body.responses;
};
const isBlocked = (id: string) => api.world.ports.restrictions.active.get(id) !== undefined;

describe('a batch', () => {
  test('has an answer for each request, by its id', async () => {
    const answers = await responses([unblock(ids[0]!), list('second', { url: 'InvokeCommand?$select=ConnectorId' })]);
    expect(answers.map(({ id, status }) => [id, status])).toEqual([
      [ids[0], 200],
      ['second', 200],
    ]);
    expect(answers[1]!.body.value.map((row: { ConnectorId: string }) => row.ConnectorId)).not.toContain(ids[0]);
    expect(answers[1]!.headers).toMatchObject({ 'Content-Type': 'application/json' });
    expect(isBlocked(ids[0]!)).toBe(false);
  });

  test('takes urls that are relative to the host, to the service and to the tenant', async () => {
    const { id } = api.world.ours;
    const urls = [
      `adminapi/beta/${id}/InvokeCommand`,
      `AdminApi/v1.0/${id}/InvokeCommand?$select=ConnectorId`,
      `${id}/InvokeCommand`,
      'ours.example/InvokeCommand',
      'InvokeCommand',
    ];
    const all = [...urls, 'adminapi/beta/InvokeCommand', `other/beta/${id}/InvokeCommand`];
    const answers = await responses(
      all.map((url) => list(url, { url })),
      'odata.continue-on-error',
    );
    expect(answers.map(({ id: url, status }) => [url, status])).toEqual([
      ...urls.map((url) => [url, 200]),
      ...all.slice(urls.length).map((url) => [url, 404]),
    ]);
    expect(answers[1]!.body.value.length).toBeGreaterThan(0);
    const foreign = await responses([list('1', { url: `${api.world.theirs.id}/InvokeCommand` })]);
    expect(foreign[0]!.status).toBe(404);
  });

  test("for another's tenant does nothing, and each change in it stands in the log of who tried", async () => {
    const before = (await api.audit('Remove-BlockedConnector')).length;
    const url = `${api.world.ours.id}/$batch`;
    const requests = [list('1'), unblock(ids[0]!, { url: `${api.world.theirs.id}/InvokeCommand` }), unblock(ids[1]!)];
    const { status, body } = await api.ask('theirs', { url, body: { requests } });
    expect([status, body.error.innererror.errorid]).toEqual([404, 'TenantNotFound']);
    const records = await api.audit('Remove-BlockedConnector');
    expect(records).toHaveLength(before + 2);
    for (const record of records.slice(0, 2)) {
      expect(record).toMatchObject({
        organizationId: api.world.theirs.id,
        objectId: api.world.ours.id,
        result: 'Failed',
      });
    }
    expect(ids.every(isBlocked)).toBe(true);
  });

  test('goes on behind what fails where the client prefers that', async () => {
    const all = [unblock(ids[0]!), unblock(UNKNOWN), unblock(ids[1]!)];
    const answers = await responses(all, 'odata.maxpagesize = 1000;odata.continue-on-error');
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
    expect(answers[1]!.body.error.details[0].message).toContain(`object '${UNKNOWN}' couldn't be found`);
    expect(ids.some(isBlocked)).toBe(false);
  });

  test.for(['', 'odata.continue-on-error=false'])('ends at what fails otherwise: %o', async (prefer) => {
    const answers = await responses([unblock(UNKNOWN), unblock(ids[0]!)], prefer);
    expect(answers.map(({ id, status }) => [id, status])).toEqual([
      [UNKNOWN, 400],
      [ids[0], 424],
    ]);
    expect(answers[1]!.body.error.message).toContain('was not done, because a request before it failed');
    expect(isBlocked(ids[0]!)).toBe(true);
  });

  test('has pages, by the wish of each request', async () => {
    const headers = { Prefer: 'odata.maxpagesize=1' };
    const [first] = await responses([list('1', { headers })]);
    const next = first!.body['@odata.nextLink'];
    const [second, third] = await responses([
      list('2', { url: next, headers }),
      list('3', { url: next, method: 'GET' }),
    ]);
    expect(second!.body.value[0].ConnectorId).toBe(ids[0]);
    expect(third!.body.value[0].ConnectorId).toBe(ids[0]);
  });

  test('is authorized command by command', async () => {
    const answers = await responses([list('1'), unblock(ids[0]!)], 'odata.continue-on-error', 'reader');
    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]!.body.error.message).toContain('Security Administrator');
    expect((await send([list('1')], '', 'theirs')).status).toBe(404);
    const url = `${api.world.theirs.id}/$batch`;
    const foreign = await api.ask('theirs', { url, body: { requests: [unblock(ids[0]!)] } });
    expect(foreign.body.responses[0].status).toBe(404);
    expect(isBlocked(ids[0]!)).toBe(true);
  });

  test('of more than ten is refused, and nothing of it is done', async () => {
    const many = [unblock(ids[0]!), ...Array.from({ length: 10 }, (_, i) => list(`list ${i}`))];
    const { status, body } = await send(many);
    expect([status, body.error.message]).toEqual([
      400,
      'A batch has at most 10 requests, not 11. None of them was done.',
    ]);
    expect(isBlocked(ids[0]!)).toBe(true);
    expect((await responses(many.slice(0, 10))).length).toBe(10);
  });

  test('that is none is refused, and nothing of it is done', async () => {
    const bad = [undefined, {}, [], 'x', [null], [{}], [unblock(ids[0]!), unblock(ids[0]!)], [unblock(''), list('1')]];
    for (const requests of bad) expect((await send(requests)).status).toBe(400);
    expect((await send([unblock(ids[0]!)], 'odata.maxpagesize=0')).status).toBe(400);
    expect(isBlocked(ids[0]!)).toBe(true);
  });

  test('answers each request that is none by itself', async () => {
    const bad = [
      { url: undefined },
      { url: 7 },
      { url: 'https://[' },
      { url: '/api/v1/connectors' },
      { url: `/adminapi/beta/${api.world.ours.id}/$batch` },
      { url: '/%E0%A4%A/InvokeCommand' },
      { method: 'DELETE' },
      { body: 'x' },
      { body: null },
    ];
    const requests = bad.map((more, i) => list(String(i), more));
    const answers = await responses(
      [...requests, list('good', { method: 'post', headers: 7 })],
      'odata.continue-on-error',
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 400, 400, 400, 200]);
  });
});
