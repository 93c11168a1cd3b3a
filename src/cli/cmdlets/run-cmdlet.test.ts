import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { aCommandWorld, type Ran } from '../../../test/command-world.ts';

const commands = await aCommandWorld();
const { world, url, run } = commands;
afterAll(() => commands.close());
const { secrets, ours } = world;

interface How {
  readonly as?: string;
  readonly input?: string;
  readonly columns?: number;
}

/** As the administrator of `ours` types it; with `columns` at a terminal. */
const cordon = (args: readonly string[], { as = secrets.ours, input = '', columns }: How = {}): Promise<Ran> =>
  run(args, { CORDON_URL: url, CORDON_TOKEN: as }, input, {}, columns === undefined ? undefined : { columns });

async function aConnector(name: string): Promise<string> {
  const { out } = await cordon([
    'New-InboundConnector',
    name,
    '-SenderDomains',
    '*',
    '-ConnectorType',
    'OnPremises',
    '-Format',
    'Json',
  ]);
  return JSON.parse(out)[0].Guid;
}

async function aBlockedConnector(name: string, reason = 'spam'): Promise<string> {
  const id = await aConnector(name);
  expect((await commands.cordon('restrict', id, '--reason', reason)).status).toBe(0);
  return id;
}

test('the commands of the articles', async () => {
  const id = await aBlockedConnector('branch-office');
  expect((await cordon(['Get-BlockedConnector', '-ConnectorId', id])).out).toBe(`
ConnectorId    : ${id}
ConnectorName  : branch-office
TenantId       : ${ours.id}
Reason         : RestrictedByAdministrator;Comment=spam
CreatedTime    : 2026-11-22 09:00:00+01:00
ExpirationTime :${' '}
Evidence       : {}
IncidentId     : ${(await blocked(id)).IncidentId}

`);
  expect(await cordon(['remove-blockedconnector', '-conn', id, '-Reason:cleaned, and "checked"'])).toEqual({
    status: 0,
    out: '',
    err: '',
  });
  const records = await world.ports.audit.search({
    organizationId: ours.id,
    limit: 1,
    operations: ['Remove-BlockedConnector'],
  });
  expect(JSON.stringify(records)).toContain('cleaned, and \\"checked\\"');
  expect(await cordon(['Get-BlockedConnector', '-ConnectorId', id])).toEqual({
    status: 3,
    out: '',
    err: `Get-BlockedConnector: The operation couldn't be performed because object '${id}' couldn't be found on 'Cordon'.\n`,
  });
});

const blocked = async (id: string) =>
  JSON.parse((await cordon(['Get-BlockedConnector', '-ConnectorId', id, '-Format', 'Json'])).out)[0];

describe('what is printed', () => {
  test('cannot steer a terminal or run in a spreadsheet', async () => {
    const id = await aBlockedConnector('=evil\u202e\u009b');
    const list = await cordon(['Get-BlockedConnector', '-ConnectorId', id]);
    expect(list.out).toContain('ConnectorName  : =evil\\u202e\\x9b\n');
    const csv = await cordon(['Get-BlockedConnector', '-ConnectorId', id, '-Format', 'csv']);
    expect(csv.out).toContain(`\r\n${id},'=evil\\u202e\\x9b,`);
    const { out } = await cordon(['Get-BlockedConnector', '-ConnectorId', id, '-Format', 'json']);
    expect(out).not.toMatch(/[\u202e\u009b]/);
    expect(JSON.parse(out)).toMatchObject([
      {
        ConnectorName: '=evil\u202e\u009b',
        CreatedTime: '2026-11-22T08:00:00.0000000+00:00',
        ExpirationTime: null,
        Evidence: [],
      },
    ]);
    expect(Object.keys(JSON.parse(out)[0])[0]).toBe('ConnectorId');
  });

  test('nothing, where there is nothing', async () => {
    const none = (format: string) => cordon(['Get-BlockedSenderAddress', '-Format', format]);
    expect((await none('List')).out).toBe('');
    expect((await none('Table')).out).toBe('');
    expect((await none('Json')).out).toBe('[]\n');
    expect((await none('Csv')).out).toMatch(/^SenderAddress,[\w,]+\r\n$/);
  });

  test('as a table is fitted to the terminal, and whole in a pipe', async () => {
    const id = await aBlockedConnector('a'.repeat(60));
    const args = ['Get-BlockedConnector', '-ConnectorId', id, '-Format', 'Table'];
    const narrow = await cordon(args, { columns: 60 });
    const lines = narrow.out.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines[1]).toMatch(/^Connecto… Connecto… TenantId /);
    expect(lines[2]).toMatch(/^--------- --------- -------- /);
    expect(lines[3]).toContain(' aaaaaaaa… ');
    expect(narrow.err).toBe('WARNING: 2 columns do not fit into the display and were removed.\n');
    const whole = await cordon(args);
    expect(whole.err).toBe('');
    expect(whole.out.split('\n')[3]).toContain(`${id} ${'a'.repeat(60)} `);
  });

  test('as a list goes on beneath its beginning on a terminal', async () => {
    const { out } = await cordon(['Get-BlockedConnector', '-ConnectorId', await aBlockedConnector('b'.repeat(64))], {
      columns: 60,
    });
    expect(out).toContain(`ConnectorName  : ${'b'.repeat(43)}\n                 ${'b'.repeat(21)}\n`);
  });

  test('is all pages of a long list, in one array', async () => {
    const page = (names: readonly string[], more: object) => ({
      value: names.map((DomainName) => ({ DomainName })),
      ...more,
    });
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const isFirst = !request.url!.includes('skip');
      // A guard behind a proxy calls itself by another name.
      const next = {
        '@odata.nextLink': 'https://elsewhere.example/adminapi/beta/t/InvokeCommand?$skiptoken=skip',
        '@adminapi.warnings': ['again'],
      };
      const last = { '@adminapi.warnings': ['again', 'last'] };
      const body = request.url!.includes('/api/v1/')
        ? { organization: { id: 't' } }
        : isFirst
          ? page(['a', 'b'], next)
          : page(['c'], last);
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { out, err } = await run(['Get-AcceptedDomain', '-Format', 'Json', '-Url', from, '-Token', 's3cret']);
    await new Promise((resolve) => server.close(resolve));
    expect(JSON.parse(out)).toEqual([{ DomainName: 'a' }, { DomainName: 'b' }, { DomainName: 'c' }]);
    expect(err).toBe('WARNING: again\nWARNING: last\n');
    expect(asked.slice(1)).toEqual([
      'POST /adminapi/beta/t/InvokeCommand Bearer s3cret',
      'POST /adminapi/beta/t/InvokeCommand?$skiptoken=skip Bearer s3cret',
    ]);
  });
});

describe('what removes something', () => {
  const remains = async (id: string) => (await cordon(['Get-InboundConnector', id])).status === 0;

  test('is asked about at a terminal, and done when the answer is yes', async () => {
    const id = await aConnector('asked');
    const no = await cordon(['Remove-InboundConnector', 'asked'], { columns: 80, input: 'n\n' });
    expect(no).toEqual({
      status: 1,
      out: '',
      err: 'Confirm\nAre you sure you want to perform this action?\nRemoving inbound connector "asked". [y/N] Nothing was done.\n',
    });
    expect(await remains(id)).toBe(true);
    expect(await cordon(['Remove-InboundConnector', 'asked'], { columns: 80, input: 'y\n' })).toMatchObject({
      status: 0,
      out: '',
    });
    expect(await remains(id)).toBe(false);
  });

  test('without a terminal it is refused, however much comes down the pipe, unless it need not be asked', async () => {
    const id = await aConnector('piped');
    const refused = await cordon(['Remove-InboundConnector', 'piped'], { input: 'y\n' });
    expect(refused).toEqual({
      status: 2,
      out: '',
      err: "Remove-InboundConnector: It asks before it acts, and nobody is at a terminal to answer.\nTo act without asking add '-Confirm:$false' (in quotes) or -Confirm:false.\n",
    });
    expect(await cordon(['Remove-InboundConnector', 'piped', '-ea', 'Ignore'])).toEqual(refused);
    // What bash makes of -Confirm:$false.
    expect((await cordon(['Remove-InboundConnector', 'piped', '-Confirm:'])).status).toBe(2);
    expect(await remains(id)).toBe(true);
    expect((await cordon(['Remove-InboundConnector', 'piped', '-Confirm:$false'])).status).toBe(0);
    expect(await remains(id)).toBe(false);
  });

  test('-WhatIf says what would be done', async () => {
    const id = await aConnector('kept');
    expect(await cordon(['Remove-InboundConnector', 'kept', '-WhatIf'])).toEqual({
      status: 0,
      out: 'What if: Removing inbound connector "kept".\n',
      err: '',
    });
    expect(await remains(id)).toBe(true);
  });

  test('-Confirm makes another ask, too', async () => {
    await aConnector('changed');
    const args = ['Set-InboundConnector', 'changed', '-Comment', 'new'];
    expect((await cordon([...args, '-Confirm'], { columns: 80, input: '' })).status).toBe(1);
    expect((await cordon(['Get-InboundConnector', 'changed'])).out).toMatch(/^Comment +: $/m);
    expect(await cordon(args)).toEqual({ status: 0, out: '', err: '' });
    expect((await cordon(['Get-InboundConnector', 'changed'])).out).toMatch(/^Comment +: new$/m);
  });
});

describe('common parameters', () => {
  const warned = ['New-InboundConnector', '-SenderDomains', '*', '-EFUsers', 'a', '-ConnectorType', 'OnPremises'];

  test('warnings are told, left unsaid, or end the command', async () => {
    const text = /^WARNING: -EFUsers does nothing here: .*\n$/;
    expect(await cordon([...warned, 'w1'])).toMatchObject({ status: 0, err: expect.stringMatching(text) });
    expect(await cordon([...warned, 'w2', '-WarningAction', 'SilentlyContinue'])).toMatchObject({ status: 0, err: '' });
    const stopped = await cordon([...warned, 'w3', '-wa', 'Stop']);
    expect([stopped.status, stopped.out]).toEqual([1, '']);
    expect(stopped.err).toContain('common parameter is set to Stop: -EFUsers does nothing here');
  });

  test('errors are left unsaid, and the status stays', async () => {
    const args = ['Get-InboundConnector', 'nobody', '-ErrorAction'];
    expect(await cordon([...args, 'SilentlyContinue'])).toEqual({ status: 3, out: '', err: '' });
    expect(await cordon([...args, 'Stop'])).toMatchObject({ status: 3, err: expect.stringContaining("'nobody'") });
  });

  test('-Verbose and -Debug tell what is done; the others are taken', async () => {
    const rest = [
      '-ErrorVariable',
      'e',
      '-OutVariable',
      'o',
      '-OutBuffer',
      '5',
      '-PipelineVariable',
      'p',
      '-infa',
      '0',
    ];
    const { status, err } = await cordon(['Get-AcceptedDomain', '-Verbose', '-Debug', ...rest]);
    expect(status).toBe(0);
    expect(err).toContain(`VERBOSE: Get-AcceptedDomain at ${url} in ${ours.id}\n`);
    expect(err).toContain(`DEBUG: POST ${url}/adminapi/beta/${ours.id}/InvokeCommand\n`);
    expect(err).not.toContain(secrets.ours);
  });
});

describe('whose it is', () => {
  test('the token’s organization, or the one that is named', async () => {
    expect((await cordon(['Get-AcceptedDomain'])).out).toContain(`TenantId   : ${ours.id}`);
    for (const named of ['ours', ours.id, 'ours.example']) {
      const { out } = await cordon(['Get-AcceptedDomain', '-Organization', named], { as: secrets.provider });
      expect(out).toContain(`TenantId   : ${ours.id}`);
    }
  });

  test('somebody who sees several must say it; another’s is not there', async () => {
    const { status, err } = await cordon(['Get-AcceptedDomain'], { as: secrets.provider });
    expect([status, err]).toEqual([
      2,
      expect.stringContaining('-Organization: say whose, there are several: Ours, Theirs'),
    ]);
    expect(await cordon(['Get-AcceptedDomain', '--organization', world.theirs.id])).toMatchObject({
      status: 3,
      err: expect.stringContaining(`There is no tenant '${world.theirs.id}', or it is not yours.`),
    });
  });
});

describe('exit statuses', () => {
  test.each([
    [2, ['Get-BlockedConnector', '-Bogus', '1']],
    [2, ['Get-BlockedConnector', '-ConnectorId', '*']],
    [2, ['Get-Bogus']],
    [3, ['Get-InboundConnector', 'nobody']],
    [4, ['Get-AcceptedDomain', '-Token', 'cordon_wrong']],
    [5, ['Get-AcceptedDomain', '-Url', 'http://127.0.0.1:1']],
  ])('%i: %j', async (status, args) => {
    const ran = await cordon(args);
    expect([ran.status, ran.out]).toEqual([status, '']);
    expect(ran.err).not.toBe('');
  });

  test('6 where a name is taken', async () => {
    await aConnector('taken');
    const again = await cordon([
      'New-InboundConnector',
      'taken',
      '-SenderDomains',
      '*',
      '-ConnectorType',
      'OnPremises',
    ]);
    expect(again).toMatchObject({ status: 6, out: '', err: expect.stringContaining('taken') });
  });

  test('4 where a role is missing, which is named', async () => {
    const { status, err } = await cordon(['New-AcceptedDomain', '-DomainName', 'more.example'], {
      as: secrets.reader,
    });
    expect([status, err]).toEqual([4, expect.stringContaining('Organization Management')]);
  });
});

describe('help', () => {
  test('is that of Get-Help, with the roles', async () => {
    const { out, status } = await run(['help', 'remove-blockedconnector']);
    expect(status).toBe(0);
    for (const title of ['NAME', 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'ROLES', 'PARAMETERS', 'OUTPUTS', 'EXAMPLES']) {
      expect(out).toMatch(new RegExp(`^${title}\n    \\S`, 'm'));
    }
    expect(out).toContain('    Remove-BlockedConnector -ConnectorId <Guid> [-Reason <String>] [<CommonParameters>]\n');
    expect(out).toContain('Security\n    Administrator (restricted-entities.write).');
    expect((await run(['Remove-BlockedConnector', '-?'])).out).toBe(out);
    expect((await run(['Remove-BlockedConnector', '--help'])).out).toBe(out);
  });

  test('of what is no cmdlet says so', async () => {
    const { status, err } = await run(['help', 'Get-Bogus']);
    expect([status, err]).toEqual([
      2,
      expect.stringContaining("The term 'Get-Bogus' is not recognized as the name of a cmdlet"),
    ]);
  });

  test('examples are typed in a shell', async () => {
    expect((await run(['help', 'Get-BlockedConnector'])).out).toContain(
      'cordon Get-BlockedConnector -ConnectorId 159eb7c4-75d7-43e2-95fe-ced44b3e0a56 -Format List\n',
    );
  });

  test('commands with a dash in their name stay what they are; all cmdlets are listed', async () => {
    expect((await run(['help', 'alert-policy'])).out).toContain('Usage: cordon alert-policy');
    expect((await run(['--help'])).out).toContain('cordon cmdlets lists them');
    expect((await run(['cmdlets'])).out).toMatch(/^Remove-BlockedConnector +Unblock inbound connectors/m);
  });
});
