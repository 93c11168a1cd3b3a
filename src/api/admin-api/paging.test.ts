import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AdminApi, type Answered, anAdminApi } from '../../../test/admin-api-world.ts';
import { aMessageRecord } from '../../../test/api-world.ts';
import { EMPTY_DRAFT } from '../../attribution/connector-draft.ts';
import { type Cmdlet, cmdlet } from '../../cmdlets/cmdlet.ts';
import { texts } from '../../cmdlets/parameter.ts';
import { CMDLETS } from '../../cmdlets/table.ts';
import { anAuditRecord } from '../../store/samples.ts';
import { buildApi } from '../build.ts';

const EXPIRED = 'Expired or Invalid pagination request. Default Expiry time is 00:30:00';

/** Rows without a key. */
const getName = cmdlet({
  name: 'Get-Name',
  synopsis: 'Show names.',
  parameters: { Names: texts({ required: true, help: 'Which.' }) },
  action: 'connectors.read',
  isChange: false,
  outputType: 'Name',
  output: [{ name: 'Name', type: 'String', help: '' }],
  examples: [],
  run: async ({ Names }) => Names.map((Name) => ({ Name })),
});
/** 1.5 MB each. */
const getLarge: Cmdlet = {
  ...getName,
  name: 'Get-Large',
  run: async (given, call) =>
    (await getName.run(given, call)).map(({ Name }) => ({ Name: String(Name).repeat(1_500_000) })),
};
const setName = cmdlet({ ...getName, name: 'Set-Name', action: 'connectors.write', isChange: true });

let api: AdminApi;
let invoke: AdminApi['invoke'];
let ids: readonly string[];
beforeAll(async () => {
  api = await anAdminApi({ cmdlets: [...CMDLETS, getName, getLarge, setName] });
  invoke = api.invoke;
  // The newest first.
  ids = (await api.blocked(7)).map(({ id }) => id).reverse();
});
afterAll(() => api.close());

const sized = (size: number | string) => ({ headers: { prefer: `odata.maxpagesize=${size}` } });
const shown = ({ body }: Answered): string[] =>
  body.value.map((row: { ConnectorId?: string; Name?: string }) => row.ConnectorId ?? row.Name);
const nextOf = ({ body }: Answered): string => body['@odata.nextLink'];
const list = (size: number) => invoke('ours', 'Get-BlockedConnector', {}, sized(size));
/** The page of a link, as it is asked for with the same body, or by GET. */
const post = (url: string, who: 'ours' | 'security' | 'theirs' = 'ours', asked = {}) =>
  invoke(who, 'Get-BlockedConnector', {}, { url, ...asked });
const get = (url: string) => api.ask('ours', { method: 'GET', url, ...sized(3) });

describe('pages', () => {
  test.for([
    ['by POST with the same body', (url: string) => post(url, 'ours', sized(3))],
    ['by GET', get],
    ['by POST without a body', (url: string) => api.ask('ours', { url, ...sized(3) })],
  ] as const)('go on %s', async ([, next]) => {
    const pages = [await list(3)];
    while (nextOf(pages.at(-1)!) !== undefined) pages.push(await next(nextOf(pages.at(-1)!)));
    expect(pages.map((page) => shown(page).length)).toEqual([3, 3, 1]);
    expect(pages.flatMap(shown)).toEqual(ids);
  });

  test('are as large as is wished, blanks or not, and at most a thousand', async () => {
    for (const size of ['odata.maxpagesize = 4', 'odata.maxpagesize=4;odata.continue-on-error', 'x, maxpagesize="4"']) {
      expect(shown(await invoke('ours', 'Get-BlockedConnector', {}, { headers: { prefer: size } })).length).toBe(4);
    }
    const Names = Array.from({ length: 1_001 }, (_, i) => `n${i}`);
    for (const asked of [{}, sized(5_000)]) {
      expect(shown(await invoke('ours', 'Get-Name', { Names }, asked)).length).toBe(1_000);
    }
    expect(nextOf(await list(7))).toBeUndefined();
  });

  test.for(['0', '-1', 'all', '1.5', '', '1e3'])('of %o rows are refused, not empty', async (size) => {
    const { status, body } = await invoke('ours', 'Get-BlockedConnector', {}, sized(size));
    expect(status).toBe(400);
    expect(body.error.message).toBe(`Prefer: odata.maxpagesize must be a whole number from 1 to 1000, not '${size}'.`);
  });

  test('of one message trace leave one record of the search', async () => {
    const { world } = api;
    for (const seq of [1, 2, 3]) {
      world.ports.journal.append(aMessageRecord(world.ourConnector, seq, { subject: `no. ${seq}` }));
    }
    const first = await invoke('ours', 'Get-MessageTraceV2', {}, sized(2));
    const second = await get(nextOf(first));
    const subjects = [first, second].flatMap(({ body }) => body.value.map((row: { Subject: string }) => row.Subject));
    expect(subjects).toEqual(['no. 3', 'no. 2', 'no. 1']);
    expect(await api.audit('Get-MessageTraceV2')).toHaveLength(1);
    await invoke('ours', 'Get-MessageTraceV2', {}, sized(2));
    expect(await api.audit('Get-MessageTraceV2')).toHaveLength(2);
  });

  test('keep to what was selected', async () => {
    const url = `${api.world.ours.id}/InvokeCommand?$select=ConnectorId`;
    const first = await invoke('ours', 'Get-BlockedConnector', {}, { url, ...sized(3) });
    const second = await get(nextOf(first));
    expect(Object.keys(second.body.value[0]).filter((name) => !name.includes('@'))).toEqual(['ConnectorId']);
  });

  test('of rows without keys go on by their number', async () => {
    const Names = ['a', 'b', 'c', 'd', 'e'];
    const first = await invoke('ours', 'Get-Name', { Names }, sized(2));
    const second = await get(nextOf(first));
    expect([shown(first), shown(second)]).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  test('have less where the rows are large, and one however large it is', async () => {
    const Names = ['a', 'b', 'c', 'd', 'e', 'fghi', 'j'];
    const pages = [await invoke('ours', 'Get-Large', { Names })];
    while (nextOf(pages.at(-1)!) !== undefined) pages.push(await get(nextOf(pages.at(-1)!)));
    const names = pages.map((page) => shown(page).map((name) => [...new Set(name)].join('')));
    expect(names).toEqual([['a', 'b'], ['c', 'd'], ['e'], ['fghi'], ['j']]);
  });

  test('are asked for with the body where it is too long for a link', async () => {
    const given = { Names: Array.from({ length: 2_000 }, (_, i) => `name number ${i}`) };
    const first = await invoke('ours', 'Get-Name', given);
    expect(nextOf(first).length).toBeLessThan(1_000);
    const { status, body } = await get(nextOf(first));
    expect([status, body.error.message]).toEqual([
      400,
      'The parameters are too long for a link: POST the same body to it.',
    ]);
    expect(shown(await invoke('ours', 'Get-Name', given, { url: nextOf(first) }))[0]).toBe('name number 1000');
  });

  test('are not made of a change: its next page would make it again', async () => {
    const made = await invoke('ours', 'Set-Name', { Names: ['a', 'b', 'c'] }, sized(2));
    expect([shown(made), nextOf(made)]).toEqual([['a', 'b', 'c'], undefined]);
  });

  test('are not made of a search that goes on call by call: its next page would be of the next call', async () => {
    const { audit } = api.world.ports;
    for (let i = 0; i < 5; i++)
      await audit.append(anAuditRecord({ organizationId: api.world.ours.id, at: Date.parse('2026-01-02') + i }));
    const dates = { StartDate: '2026-01-02', EndDate: '2026-01-03' };
    const session = { ...dates, SessionId: 'x', SessionCommand: 'ReturnLargeSet', ResultSize: 3 };
    const search = () => invoke('ours', 'Search-UnifiedAuditLog', session, sized(2));
    const answers = [await search(), await search(), await search()];
    const indexes = ({ body }: Answered) => body.value.map((row: { ResultIndex: number }) => row.ResultIndex);
    expect(answers.map(indexes)).toEqual([[1, 2, 3], [4, 5], []]);
    expect(answers.map(nextOf)).toEqual([undefined, undefined, undefined]);
  });

  test('of a search that goes on call by call are cut where the records are large: the next call goes on after them', async () => {
    const { audit } = api.world.ports;
    const at = Date.parse('2026-02-02');
    for (let i = 0; i < 7; i++)
      await audit.append(
        anAuditRecord({
          organizationId: api.world.ours.id,
          at: at + i,
          parameters: { Comment: (i === 2 ? '"' : 'c').repeat(3_000_000) },
        }),
      );
    const dates = { StartDate: '2026-02-02', EndDate: '2026-02-03' };
    const cut = (n: number) => `The result was cut at ${n} records, since all that were asked for have more than 8 MB.`;
    const once = await invoke('ours', 'Search-UnifiedAuditLog', { ...dates, ResultSize: 1_000 });
    expect(once.status).toBe(200);
    expect(once.body.value).toHaveLength(2);
    expect(once.body['@adminapi.warnings']).toEqual([
      `${cut(2)} Name a shorter time or filters, or go through all with -SessionId and -SessionCommand.`,
    ]);
    for (const filter of [{}, { RecordType: 'ExchangeAdmin' }]) {
      const session = { ...dates, ...filter, SessionId: 'large', SessionCommand: 'ReturnLargeSet', ResultSize: 1_000 };
      const answers: Answered[] = [];
      do answers.push(await invoke('ours', 'Search-UnifiedAuditLog', session));
      while (answers.at(-1)!.body.value.length > 0);
      const rows = answers.map(({ body }) => body.value.map((row: { ResultIndex: number }) => row.ResultIndex));
      expect(rows).toEqual([[1, 2], [3, 4], [5], [6, 7], []]);
      expect(answers[2]!.body['@adminapi.warnings']).toEqual([`${cut(1)} The same command goes on after them.`]);
      expect(answers[3]!.body['@adminapi.warnings']).toEqual([]);
      const times = answers.flatMap(({ body }) => body.value.map((row: { Identity: string }) => row.Identity));
      expect(new Set(times).size).toBe(7);
    }
  });

  test('show each row once, and all that stayed, while others come and go', async () => {
    const first = await list(3);
    const [gone, kept] = [shown(first)[2]!, shown(first)[0]!];
    await invoke('ours', 'Remove-BlockedConnector', { ConnectorId: gone });
    await invoke('ours', 'Remove-BlockedConnector', { ConnectorId: ids[4] });
    const added = (await api.blocked(2)).at(-1);
    const second = await get(nextOf(first));
    const third = await get(nextOf(second) ?? nextOf(first));
    const seen = nextOf(second) === undefined ? shown(second) : [...shown(second), ...shown(third)];
    expect(seen).toEqual([ids[3], ids[5], ids[6]]);
    expect(shown(await list(1))).toEqual([added!.id]);
    expect(kept).toBe(ids[0]);
  });
});

describe('-ResultSize', () => {
  const WARNING = /^There are more results/;
  const warningsOf = ({ body }: Answered): string[] => body['@adminapi.warnings'];
  let own: AdminApi;
  beforeEach(async () => {
    own = await anAdminApi();
  });
  afterEach(() => own.close());

  /** All pages; what happens `between` happens after the first one. */
  async function pagesOf(name: string, parameters: object, between: () => Promise<void>): Promise<readonly Answered[]> {
    const pages = [await own.invoke('ours', name, parameters, sized(10))];
    await between();
    while (nextOf(pages.at(-1)!) !== undefined) {
      pages.push(await own.ask('ours', { method: 'GET', url: nextOf(pages.at(-1)!), ...sized(10) }));
    }
    return pages;
  }
  const rowsOf = (pages: readonly Answered[]) => pages.flatMap(({ body }) => body.value);

  test.for([
    ['40 of 60', { ResultSize: 40 }, 40],
    ['all of the last 48 hours', {}, 60],
    ['all since a date that is soon too long ago', { StartDate: 'ten days ago' }, 60],
  ] as const)('of a trace is of the messages that there were at its first page: %s', async ([, given, count]) => {
    const { ports, clock, ourConnector } = own.world;
    const start = clock.now;
    const journaled = (seq: number, at: number) => ports.journal.append(aMessageRecord(ourConnector, seq, { at }));
    // The oldest are soon beyond the 48 hours.
    for (let seq = 1; seq <= 60; seq++) journaled(seq, start - 48 * 3_600_000 + seq * 1_000);
    const StartDate = new Date(start - 10 * 24 * 3_600_000 + 1_000).toISOString();
    const parameters = 'StartDate' in given ? { StartDate } : given;
    const whole = await own.invoke('ours', 'Get-MessageTraceV2', parameters);
    expect(whole.body.value).toHaveLength(count);
    const pages = await pagesOf('Get-MessageTraceV2', parameters, async () => {
      clock.now += 20 * 60_000;
      // Some come late that had begun before the first page.
      for (let i = 0; i < 25; i++) journaled(61 + i, i % 2 === 0 ? clock.now - i : start - i);
    });
    expect(rowsOf(pages)).toEqual(whole.body.value);
    expect(warningsOf(pages[0]!)).toEqual(count === 40 ? [expect.stringMatching(WARNING)] : []);
    expect(pages.slice(1).flatMap(warningsOf)).toEqual([]);
  });

  test.for([
    ['Get-InboundConnector', 'Name'],
    ['Get-AcceptedDomain', 'DomainName'],
  ] as const)('of %s ends where it ended at the first page', async ([name, property]) => {
    const { ports, ours } = own.world;
    const add = async (called: string) => {
      if (name === 'Get-AcceptedDomain') await ports.directory.addAcceptedDomain(ours.id, `${called}.example`);
      else await ports.directory.addConnector(ours.id, { ...EMPTY_DRAFT, name: called });
    };
    for (let i = 10; i < 40; i++) await add(`m${i}`);
    const whole = await own.invoke('ours', name, { ResultSize: '25' });
    // They would push as many others out of the 25.
    const pages = await pagesOf(name, { ResultSize: '25' }, async () => {
      for (let i = 10; i < 22; i++) await add(`a${i}`);
    });
    const names = rowsOf(pages).map((row) => row[property]);
    expect(names).toEqual(whole.body.value.map((row: Record<string, string>) => row[property]));
    expect(names).toHaveLength(25);
    expect(pages.map((page) => warningsOf(page).length)).toEqual([1, 0, 0]);
  });
});

describe('page by page', () => {
  const READS = CMDLETS.filter(
    ({ isChange, parameters }) => !isChange && !Object.values(parameters).some(({ required }) => required === true),
  );
  beforeAll(async () => {
    const { ports, ours } = api.world;
    for (const domain of ['a', 'B', 'z', 'ä', '10', '9'].map((name) => `${name}.ours.example`)) {
      await ports.directory.addAcceptedDomain(ours.id, domain);
    }
    for (const name of ['Zoe', 'anna', 'Ärger', '10', '9', '_x']) {
      const user = ports.directory.user(ours.id, `${name}@ours.example`);
      await ports.restrictions.restrict({ entity: user, cause: 'manual', reason: '', by: 'Cordon' }).settled;
      await ports.directory.addConnector(ours.id, { ...EMPTY_DRAFT, name });
    }
    for (let seq = 4; seq <= 8; seq++) ports.journal.append(aMessageRecord(api.world.ourConnector, seq));
    await ports.journal.flush();
  });

  test.for(READS)('$name says what it says at once', async ({ name }) => {
    const whole = await invoke('ours', name);
    expect(whole.status).toBe(200);
    const pages = [await invoke('ours', name, {}, sized(2))];
    while (nextOf(pages.at(-1)!) !== undefined) {
      pages.push(await api.ask('ours', { method: 'GET', url: nextOf(pages.at(-1)!), ...sized(2) }));
    }
    expect(pages.flatMap(({ body }) => body.value)).toEqual(whole.body.value);
  });
});

describe('a link', () => {
  test('names the host that is configured, or that was asked', async () => {
    const host = await invoke(
      'ours',
      'Get-BlockedConnector',
      {},
      {
        headers: { ...sized(1).headers, host: 'guard.ours.example:8443' },
      },
    );
    expect(nextOf(host)).toMatch(
      /^http:\/\/guard\.ours\.example:8443\/adminapi\/beta\/[^/]+\/InvokeCommand\?\$skiptoken=/,
    );
    const app = await buildApi({ ...api.world.ports, publicUrl: 'https://cordon.ours.example' });
    const answer = await app.inject({
      method: 'POST',
      url: '/adminapi/beta/ours.example/InvokeCommand',
      headers: { authorization: `Bearer ${api.world.secrets.ours}`, ...sized(1).headers },
      payload: { CmdletInput: { CmdletName: 'Get-BlockedConnector' } },
    });
    expect(answer.json()['@odata.nextLink']).toMatch(
      /^https:\/\/cordon\.ours\.example\/adminapi\/beta\/ours\.example\/Inv/,
    );
    expect(answer.json()['@odata.context']).toMatch(/^https:\/\/cordon\.ours\.example\//);
    await app.close();
  });

  test('is for who got it, in the organization that he named, and for the same question', async () => {
    const next = nextOf(await list(1));
    const theirs = next.replace(api.world.ours.id, api.world.theirs.id);
    const answers = [
      await post(next, 'security'),
      await post(theirs, 'theirs'),
      await invoke('ours', 'Get-BlockedConnector', { ConnectorId: ids[6] }, { url: next }),
      await invoke('ours', 'Get-Name', { Names: ['a'] }, { url: next }),
    ];
    for (const { status, body } of answers) expect([status, body.error.message]).toEqual([400, EXPIRED]);
    expect((await post(next)).status).toBe(200);
  });

  test('is asked anew whether its holder may', async () => {
    const person = api.world.signIn(['Organization Management'], api.world.ours.id);
    const first = await invoke(person, 'Get-BlockedConnector', {}, sized(1));
    person.become([]);
    expect((await api.ask(person, { method: 'GET', url: nextOf(first) })).status).toBe(403);
  });

  test('ends after half an hour', async () => {
    const next = nextOf(await list(1));
    api.world.clock.now += 30 * 60_000 - 1;
    expect((await get(next)).status).toBe(200);
    api.world.clock.now += 1;
    expect((await get(next)).body.error.message).toBe(EXPIRED);
  });

  test.for(['', 'x', 'AAAA', 'A'.repeat(200), '%F0%9F', '.'])('that nobody made is refused: %o', async (token) => {
    const url = `${api.world.ours.id}/InvokeCommand?$skiptoken=${token}`;
    for (const answer of [await get(url), await post(url)]) {
      expect([answer.status, answer.body.error.message]).toEqual([400, EXPIRED]);
    }
  });
});
