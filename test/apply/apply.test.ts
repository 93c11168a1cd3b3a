import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { changesSchema, newConnectorSchema } from '../../src/api/connector-view.ts';
import { applySchema } from '../../src/apply/apply-file.ts';
import { aCommandWorld, type CommandWorld } from '../command-world.ts';
import { ServedGuard } from '../mta/served-guard.ts';

const documented = /^```yaml\n([\s\S]*?)^```$/m.exec(
  readFileSync(join(import.meta.dirname, '../../docs/apply.md'), 'utf8'),
)![1]!;

let commands: CommandWorld;
beforeEach(async () => {
  commands = await aCommandWorld();
});
afterEach(() => commands.close());

/** Applies a text; `args` go before, `input` is what is typed. */
async function apply(
  text: string,
  args: readonly string[] = ['--yes'],
  input = '',
  token = commands.world.secrets.provider,
) {
  const file = join(commands.folder, 'f.yaml');
  await writeFile(file, text);
  const ran = await commands.run(
    ['apply', '-f', file, ...args],
    { CORDON_URL: commands.url, CORDON_TOKEN: token },
    input,
  );
  return { ...ran, err: ran.err.replaceAll(`${commands.folder}/`, '') };
}

const connectorNamed = (name: string) => commands.world.ports.directory.connectors().find((one) => one.name === name);
const changes = async () =>
  (await commands.world.store.audit.list({ limit: 1_000 })).map(({ operation }) => operation).reverse();

/** `ours` with these connectors. */
const ours = (...connectors: string[]) => `organizations:
  - name: Ours
    connectors:
${connectors.map((each) => `      - ${each}\n`).join('')}`;

describe('the example of docs/apply.md', () => {
  test('is applied as it stands, and a second time changes nothing', async () => {
    // The example's address block is this connector's.
    await commands.cordon('connector', 'remove', 'branch office');
    const first = await apply(documented);
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toContain('15 changes are applied.\n');
    const { directory } = commands.world.ports;
    const contoso = directory.organizations().find(({ name }) => name === 'Contoso')!;
    expect(contoso).toMatchObject({
      keeping: { journalDays: 30, subjects: 'first-20' },
      links: { resetPasswordUrl: 'https://id.contoso.example/users/{user}/password' },
    });
    expect(contoso.sendingLimits.logins).toEqual({
      'newsletter@contoso.example': { recipientsPerDay: { most: 50_000, action: 'refuse' } },
    });
    expect(directory.acceptedDomains(contoso.id).map(({ domain }) => domain)).toEqual([
      'contoso.example',
      'contoso.test',
    ]);
    expect(
      directory
        .identityAssignments(contoso.id)
        .map(({ kind, value }) => `${kind} ${value}`)
        .sort(),
    ).toEqual([
      'acceptedDomain contoso.example',
      'acceptedDomain contoso.test',
      'addressPrefix 192.0.2.0/24',
      'addressPrefix 2001:db8:17::/48',
      'certificateName *.scan.contoso.example',
      'saslUsername *@contoso.example',
    ]);
    expect(connectorNamed('branch-office')).toMatchObject({
      organizationId: contoso.id,
      senderIpAddresses: ['192.0.2.0/24', '2001:db8:17::/48'],
      armed: true,
    });
    expect(connectorNamed('partner')).toMatchObject({ type: 'Partner', enabled: false, mode: 'enforce' });
    const audited = await changes();
    expect(audited.filter((each) => each === 'New-InboundConnector')).toHaveLength(5);
    expect(audited).toEqual(expect.arrayContaining(['New-Organization', 'New-AcceptedDomain']));

    expect(await apply(documented)).toEqual({ status: 0, out: 'Everything is as the file says.\n', err: '' });
    expect(await apply(documented, ['--dry-run', '--prune'])).toMatchObject({ status: 0 });
    expect(await changes()).toEqual(audited);
  });

  test('has every key that there is', () => {
    const keysOf = (schema: unknown): string[] => {
      const { properties = {}, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
      return [
        ...Object.entries(properties).flatMap(([key, inner]) => [key, ...keysOf(inner)]),
        ...(items ? keysOf(items) : []),
      ];
    };
    const all = new Set(keysOf(z.toJSONSchema(applySchema)));
    // The measures are many and have a manual of their own.
    for (const measure of ['internalRecipientsPerHour']) all.delete(measure);
    expect([...all].filter((key) => !new RegExp(`\\b${key}:`).test(documented))).toEqual([]);
  });
});

test('a connector has the same keys in the file as in the API', () => {
  const inFile = applySchema.shape.organizations.element.shape.connectors.unwrap().element.shape;
  expect(Object.keys(inFile).sort()).toEqual(Object.keys(changesSchema.shape).sort());
  expect(Object.keys(newConnectorSchema.shape).sort()).toEqual([...Object.keys(inFile), 'organizationId'].sort());
});

describe('what would change', () => {
  const change = ours(
    '{ name: Branch Office, senderIpAddresses: [192.0.2.0/24, 203.0.113.7], mode: observe, saslUsernames: [] }',
  );

  test('is shown, each field from what to what, and applied when that is agreed', async () => {
    const shown = `~ connector branch office (Ours)
    senderIpAddresses: 192.0.2.0/24 -> 192.0.2.0/24, 203.0.113.7/32
    saslUsernames: scanner -> none
    mode: enforce -> observe
0 to create, 1 to change, 0 to delete.
`;
    expect(await apply(change, [], 'n\n')).toEqual({
      status: 1,
      out: shown.replace('branch office', 'Branch Office'),
      err: 'Apply? [y/N] Nothing was applied.\n',
    });
    expect(connectorNamed('branch office')!.mode).toBe('enforce');
    const done = await apply(change, [], 'y\n');
    expect(done).toMatchObject({
      status: 0,
      out: `${shown.replace('branch office', 'Branch Office')}1 change is applied.\n`,
    });
    expect(connectorNamed('branch office')).toMatchObject({ mode: 'observe', saslUsernames: [] });
    expect((await changes()).filter((each) => each === 'Set-InboundConnector')).toHaveLength(1);
  });

  test('is status 7 in a dry run, which changes nothing', async () => {
    expect(await apply(change, ['--dry-run'])).toMatchObject({ status: 7, err: '' });
    expect(connectorNamed('branch office')!.mode).toBe('enforce');
    const plan = JSON.parse((await apply(change, ['--dry-run', '--json'])).out);
    expect(plan.changes[0].fields[2]).toEqual({ name: 'mode', from: 'enforce', to: 'observe' });
  });

  test('of limits is shown measure by measure, those that end included', async () => {
    const text = `organizations:
  - name: Ours
    sendingLimits:
      users: { recipientsPerDay: { most: 5, action: refuse } }
      logins: { Scanner: { messagesPerMinute: { most: 1, action: defer } } }
`;
    const { out } = await apply(text);
    expect(out).toBe(`~ sending limits of organization Ours
    users.recipientsPerDay: 10000:restrictUntilTomorrow -> 5:refuse
    users.messagesPerMinute: 30:defer -> none
    users.recipientsPerMessage: 1000:defer -> none
    logins.scanner.messagesPerMinute: none -> 1:defer
0 to create, 1 to change, 0 to delete.
1 change is applied.
`);
    expect((await apply(text)).out).toBe('Everything is as the file says.\n');
  });
});

describe('what the file does not have', () => {
  const other = ours('{ name: other, senderIpAddresses: [192.0.2.0/24] }');

  test('stays, and without --prune keeps what it has', async () => {
    expect(await apply(other)).toMatchObject({ status: 6, err: expect.stringContaining('IDENTITY_TAKEN') });
    expect(connectorNamed('branch office')).toBeDefined();
    expect(connectorNamed('other')).toBeUndefined();
  });

  test('is shown and deleted with --prune, before what takes its place', async () => {
    const { out } = await apply(other, ['--prune', '--yes']);
    expect(out).toBe(`- connector branch office (Ours)
+ connector other (Ours)
    senderIpAddresses: 192.0.2.0/24
1 to create, 0 to change, 1 to delete.
2 changes are applied.
`);
    expect(connectorNamed('branch office')).toBeUndefined();
    expect(connectorNamed('other')).toMatchObject({ senderIpAddresses: ['192.0.2.0/24'] });
    expect(connectorNamed('shop')).toBeDefined();
    expect(commands.world.ports.directory.acceptedDomains()).toHaveLength(2);
    const domains = 'organizations: [{ name: ours, acceptedDomains: [new.example] }]';
    expect((await apply(domains, ['--prune', '--yes'])).out).toMatch(
      /^- accepted domain ours\.example \(Ours\)\n\+ accepted/,
    );
  });

  test('is not deleted while it is restricted, and then nothing is', async () => {
    await commands.cordon('restrict', 'branch office');
    const before = await changes();
    const refused = await apply(other, ['--prune', '--yes']);
    expect(refused).toMatchObject({ status: 6, err: expect.stringContaining('STILL_RESTRICTED: f.yaml:2') });
    expect(refused.err).toContain('connector branch office (Ours): is restricted');
    expect(await changes()).toEqual(before);
  });
});

describe('nothing is applied', () => {
  test.each([
    [
      'a typo',
      ours('{ name: new, senderIpAdresses: [203.0.113.1] }'),
      2,
      'APPLY_INVALID: f.yaml:4 organizations.0.connectors.0.senderIpAdresses is not a key here: did you mean senderIpAddresses?',
    ],
    [
      'a wrong value',
      ours('{ name: new, mode: enforced }'),
      2,
      'f.yaml:4 organizations.0.connectors.0.mode must be one of',
    ],
    [
      'a name twice',
      ours('{ name: new }', '{ name: NEW }'),
      2,
      'APPLY_INVALID: f.yaml:5 connector NEW is named before',
    ],
    ['no YAML', 'organizations: [', 2, 'APPLY_INVALID: f.yaml:1 is not YAML'],
    ['an empty file', '', 2, 'organizations is missing'],
    [
      'an address that is none',
      ours('{ name: fine }', '{ name: new, senderIpAddresses: [192.0.2.300] }'),
      2,
      'INVALID_REQUEST: f.yaml:5 connector new (Ours): senderIpAddresses[0]: 192.0.2.300 cannot be read',
    ],
    [
      'a block that is too large',
      ours('{ name: new, senderIpAddresses: [10.0.0.0/8] }'),
      2,
      'PREFIX_TOO_SHORT: f.yaml:4 connector new',
    ],
    [
      'an identity of another organization',
      ours('{ name: fine }', '{ name: new, senderIpAddresses: [198.51.100.9] }'),
      6,
      'IDENTITY_TAKEN: f.yaml:5 connector new (Ours): 198.51.100.9/32 is taken',
    ],
    [
      "another organization's domain",
      'organizations:\n  - name: Ours\n    acceptedDomains:\n      - fine.example\n      - theirs.example\n',
      6,
      'IDENTITY_TAKEN: f.yaml:5 accepted domain theirs.example (Ours): theirs.example is taken',
    ],
  ])('of a file with %s', async (_, text, status, message) => {
    const before = await changes();
    const refused = await apply(text);
    expect(refused.status).toBe(status);
    expect(refused.err).toContain(message);
    expect(refused.out).toBe('');
    expect(await changes()).toEqual(before);
  });

  test('of a file that is not there', async () => {
    const { status, err } = await commands.cordon('apply', '-f', join(commands.folder, 'none.yaml'), '--yes');
    expect([status, err]).toEqual([78, expect.stringContaining('CONFIG_UNREADABLE')]);
  });
});

describe('identities', () => {
  test('go from one connector to another in whatever order they stand, and to nobody twice', async () => {
    await apply(ours('{ name: a, senderIpAddresses: [203.0.113.1] }'));
    const moved = ours(
      '{ name: b, senderIpAddresses: [203.0.113.1] }',
      '{ name: a, senderIpAddresses: [203.0.113.2] }',
    );
    expect(await apply(moved)).toMatchObject({ status: 0 });
    expect(connectorNamed('b')).toMatchObject({ senderIpAddresses: ['203.0.113.1/32'] });
    const swapped = ours(
      '{ name: b, senderIpAddresses: [203.0.113.2] }',
      '{ name: a, senderIpAddresses: [203.0.113.1] }',
    );
    expect(await apply(swapped)).toMatchObject({
      status: 6,
      err: expect.stringContaining('f.yaml:4 connector b (Ours)'),
    });
  });

  test('that only the guard knows to be taken are told with the entry, and how much was applied', async () => {
    const { secrets } = commands.world;
    const text = 'organizations:\n  - name: Ours\n    subjects: off\n    acceptedDomains: [theirs.example]\n';
    const refused = await apply(text, ['--yes'], '', secrets.ours);
    expect(refused.status).toBe(4);
    expect(refused.err).toMatch(
      /^cordon: FORBIDDEN: f\.yaml:4 accepted domain theirs\.example \(Ours\): theirs\.example is not assigned to your organization: ask the provider .*\(1 of 2 changes are applied\)\n/,
    );
  });
});

describe('the pool of identities', () => {
  const pool = (addressPrefix: string, connectors = '[]') =>
    `organizations: [{ name: ours, identityPool: { addressPrefix: [${addressPrefix}] }, connectors: ${connectors} }]`;
  const listed = async () => (await commands.json('pool', 'list')).map((one: { value: string }) => one.value);

  test('is filled before what it is for, and emptied with --prune of what nobody uses any more', async () => {
    await commands.cordon('pool', 'assign', 'saslUsername', '*@ours.example', '--organization', 'Ours');
    const printer = (address: string) => `[{ name: printer, senderIpAddresses: [${address}] }]`;
    expect((await apply(pool('203.0.113.0/24', printer('203.0.113.7')))).out).toMatch(
      /^\+ addressPrefix 203\.0\.113\.0\/24 \(Ours\)\n\+ connector printer/,
    );
    expect((await apply(pool('203.0.113.77/24', printer('203.0.113.7')), ['--prune', '--yes'])).out).toContain(
      '- connector branch office',
    );
    const used = await apply(pool('203.0.114.0/24', printer('203.0.113.7')), ['--prune', '--yes']);
    expect(used).toMatchObject({
      status: 6,
      err: expect.stringContaining('IN_USE: f.yaml:1 addressPrefix 203.0.113.0/24'),
    });
    expect(await listed()).toEqual(['203.0.113.0/24', '*@ours.example']);
    const moved = await apply(pool('203.0.114.0/24', printer('203.0.114.7')), ['--prune', '--yes']);
    expect(moved.out.match(/^[~-] .*/gm)).toEqual([
      '~ connector printer (Ours)',
      '- addressPrefix 203.0.113.0/24 (Ours)',
    ]);
    expect(await listed()).toEqual(['203.0.114.0/24', '*@ours.example']);
  });

  test('of the file is refused where it overlaps what another organization has', async () => {
    const refused = await apply(pool('198.51.0.0/16'));
    expect(refused).toMatchObject({
      status: 6,
      err: expect.stringContaining(
        'IDENTITY_TAKEN: f.yaml:1 addressPrefix 198.51.0.0/16 (Ours): 198.51.0.0/16 is taken',
      ),
    });
    expect((await apply(pool('nonsense'))).err).toContain('INVALID_REQUEST');
    expect((await apply(pool('nonsense'), ['--prune', '--yes'])).err).toContain('INVALID_REQUEST');
  });
});

describe('a served guard', () => {
  let guard: ServedGuard | undefined;
  afterAll(() => guard?.remove());

  test('is brought to the documented example by the command itself, once', async () => {
    guard = await ServedGuard.start();
    const file = join(commands.folder, 'contoso.yaml');
    await writeFile(file, documented);
    expect(await guard.cordon('apply', '-f', file, '--yes')).toContain('changes are applied.\n');
    expect(await guard.cordon('apply', '-f', file, '--yes')).toBe('Everything is as the file says.\n');
    expect(await guard.cordon('connector', 'list')).toMatch(/^branch-office +clear +enforce/m);
    await guard.end('SIGTERM');
    await guard.serve();
    expect(await guard.cordon('apply', '-f', file, '--dry-run')).toBe('Everything is as the file says.\n');
  });
});
