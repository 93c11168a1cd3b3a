import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { aClient } from '../../test/factories.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { type ConnectorDraft, EMPTY_DRAFT } from './connector-draft.ts';
import { type ChangedBy, Directory, type DirectoryChange } from './directory.ts';
import { CONNECTOR_FIELDS, type Identity, type IdentityKind, identitiesOf } from './identity.ts';

const folder = await mkdtemp(join(tmpdir(), 'cordon-directory-'));
const store = await openSqliteStore({
  directory: folder,
  log: { info: () => {} },
  onTrouble: () => {},
  onRecovered: () => {},
});
const open = () => Directory.open({ store: store.connectors, now: () => 1_000, randomUUID });
let directory = await open();
const { id: ours } = await directory.addOrganization('Ours');
const { id: theirs } = await directory.addOrganization('Theirs');
const ORGANIZATIONS = [ours, theirs];

afterEach(async () => {
  for (const { id } of directory.connectors()) await directory.removeConnector(id);
  for (const { organizationId, domain } of directory.acceptedDomains()) {
    await directory.removeAcceptedDomain(organizationId, domain);
  }
  for (const { id } of directory.identityAssignments()) await directory.removeIdentityAssignment(id);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const TENANT: ChangedBy = { name: 'tenant', clientAddress: '127.0.0.1', isTenant: true };
const PROVIDER: ChangedBy = { ...TENANT, name: 'provider', isTenant: false };
const draft = (over: Partial<ConnectorDraft>): ConnectorDraft => ({ ...EMPTY_DRAFT, name: randomUUID(), ...over });
/** A draft that is known by this. */
const known = ({ kind, value }: Identity): Partial<ConnectorDraft> => {
  const field = CONNECTOR_FIELDS[kind as keyof typeof CONNECTOR_FIELDS];
  return { [field]: field === 'tlsSenderCertificateName' ? value : [value] };
};
const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

describe('an identity belongs to at most one organization', () => {
  test.each<[IdentityKind, string, string]>([
    ['addressPrefix', '192.0.2.0/24', '192.0.2.0/24'],
    ['addressPrefix', '192.0.2.0/24', '192.0.2.77/32'],
    ['addressPrefix', '192.0.2.77/32', '192.0.2.0/24'],
    ['addressPrefix', '192.0.2.0/24', '::ffff:192.0.2.0/120'],
    ['addressPrefix', '192.0.2.0/24', '::ffff:c000:0200/112'],
    ['addressPrefix', '2001:db8::/32', '2001:0DB8:17::1'],
    ['certificateName', '*.a.example', 'MAIL.A.example.'],
    ['certificateName', 'mail.a.example', '*.a.example'],
    ['certificateName', 'mail.xn--bcher-kva.example', 'mail.bücher.example'],
    ['certificateFingerprint', 'ab'.repeat(32), Array(32).fill('AB').join(':')],
    ['saslUsername', 'anna', 'Anna'],
    ['saslUsername', 'anna@xn--bcher-kva.example', 'anna@BÜCHER.example'],
    ['acceptedDomain', 'a.example', 'A.example.'],
    ['acceptedDomain', 'xn--bcher-kva.example', 'bücher\u3002example'],
  ])('%s: %s of the one leaves no %s for the other, by whichever way', async (kind, first, second) => {
    const ways = (organizationId: string, text: string) => [
      () => directory.assignIdentity(organizationId, kind, text),
      () =>
        kind === 'acceptedDomain'
          ? directory.addAcceptedDomain(organizationId, text, PROVIDER)
          : directory.addConnector(organizationId, draft(known({ kind, value: text })), PROVIDER),
    ];
    for (const has of ways(theirs, first)) {
      await has();
      for (const wants of ways(ours, second)) {
        const error = await wants().catch((refused: unknown) => refused);
        expect(error).toMatchObject({ code: 'IDENTITY_TAKEN', message: expect.not.stringContaining('Theirs') });
      }
      for (const { id } of directory.connectors()) await directory.removeConnector(id);
      for (const { domain } of directory.acceptedDomains()) await directory.removeAcceptedDomain(theirs, domain);
      for (const { id } of directory.identityAssignments()) await directory.removeIdentityAssignment(id);
    }
  });

  test.each(['anna@a.example', '*@a.example'])('the login %s goes with the domain', async (login) => {
    await directory.addAcceptedDomain(theirs, 'a.example');
    expect(await codeOf(directory.assignIdentity(ours, 'saslUsername', login))).toBe('IDENTITY_TAKEN');
    await directory.removeAcceptedDomain(theirs, 'a.example');
    await directory.assignIdentity(ours, 'saslUsername', login);
    expect(await codeOf(directory.addAcceptedDomain(theirs, 'a.example'))).toBe('IDENTITY_TAKEN');
    expect(await codeOf(directory.addAcceptedDomain(ours, 'a.example'))).toBe('done');
  });

  test('also when two ask at the same moment, and after a restart', async () => {
    const asked = await Promise.all(
      ORGANIZATIONS.flatMap((id) => [
        codeOf(directory.assignIdentity(id, 'addressPrefix', '192.0.2.0/24')),
        codeOf(directory.addConnector(id, draft({ senderIpAddresses: ['192.0.2.7'] }))),
      ]),
    );
    expect(asked).toEqual(['done', 'done', 'IDENTITY_TAKEN', 'IDENTITY_TAKEN']);
    const before = directory.identityAssignments();
    directory = await open();
    expect(directory.identityAssignments()).toEqual(before);
    expect(await codeOf(directory.assignIdentity(theirs, 'addressPrefix', '192.0.2.128/25'))).toBe('IDENTITY_TAKEN');
    expect(await codeOf(directory.addConnector(ours, draft({ senderIpAddresses: ['192.0.2.8'] }), TENANT))).toBe(
      'done',
    );
  });

  test('what it had while it was the only one included', async () => {
    const alone = await mkdtemp(join(tmpdir(), 'cordon-alone-'));
    const own = await openSqliteStore({ directory: alone, log: { info: () => {} }, onTrouble() {}, onRecovered() {} });
    try {
      const single = await Directory.open({ store: own.connectors, now: () => 1_000, randomUUID });
      const { id: first } = await single.addOrganization('First');
      await single.addConnector(first, draft({ senderIpAddresses: ['192.0.2.0/24'], saslUsernames: ['a@a.example'] }));
      await single.addAcceptedDomain(first, 'b.example');
      await single.assignIdentity(first, 'certificateName', '*.a.example');
      const { id: second } = await single.addOrganization('Second');
      const asked: [IdentityKind, string][] = [
        ['addressPrefix', '192.0.2.7'],
        ['saslUsername', '*@a.example'],
        ['saslUsername', 'x@b.example'],
        ['certificateName', 'mail.a.example'],
      ];
      for (const [kind, text] of asked) {
        expect(await codeOf(single.assignIdentity(second, kind, text))).toBe('IDENTITY_TAKEN');
      }
      expect(await codeOf(single.assignIdentity(second, 'addressPrefix', '192.0.3.0/24'))).toBe('done');
    } finally {
      await own.close();
      await rm(alone, { recursive: true });
    }
  });

  test('and twice to the same is once', async () => {
    const first = await directory.assignIdentity(ours, 'saslUsername', '*@a.example');
    expect(await directory.assignIdentity(ours, 'saslUsername', '*@A.example.')).toEqual(first);
    expect(directory.identityAssignments()).toEqual([first]);
  });
});

describe("a tenant's administrator", () => {
  const claim = (over: Partial<ConnectorDraft>) => directory.addConnector(ours, draft(over), TENANT);

  test.each<[IdentityKind, string, string, string]>([
    ['addressPrefix', '192.0.2.0/24', '192.0.2.0/24', 'done'],
    ['addressPrefix', '192.0.2.0/24', '::ffff:192.0.2.77', 'done'],
    ['addressPrefix', '192.0.2.0/24', '192.0.2.0/23', 'FORBIDDEN'],
    ['addressPrefix', '192.0.2.0/24', '192.0.2.77/16', 'FORBIDDEN'],
    ['addressPrefix', '192.0.2.0/24', '192.0.0.0/15', 'PREFIX_TOO_SHORT'],
    ['addressPrefix', '192.0.2.0/24', '0.0.0.0/0', 'PREFIX_TOO_SHORT'],
    ['addressPrefix', '192.0.2.0/24', '192.0.3.0', 'FORBIDDEN'],
    ['certificateName', '*.a.example', 'Mail.A.example', 'done'],
    ['certificateName', '*.a.example', '*.a.example', 'done'],
    ['certificateName', '*.a.example', 'x.mail.a.example', 'FORBIDDEN'],
    ['certificateName', '*.a.example', 'a.example', 'FORBIDDEN'],
    ['certificateName', 'mail.a.example', '*.a.example', 'FORBIDDEN'],
    ['certificateFingerprint', 'ab'.repeat(32), 'AB'.repeat(32), 'done'],
    ['certificateFingerprint', 'ab'.repeat(32), 'ac'.repeat(32), 'FORBIDDEN'],
    ['saslUsername', '*@a.example', 'Anna@A.example', 'done'],
    ['saslUsername', '*@a.example', 'anna@b.a.example', 'FORBIDDEN'],
    ['saslUsername', '*@a.example', 'anna', 'FORBIDDEN'],
    ['saslUsername', '*@a.example', '*@a.example', 'INVALID_REQUEST'],
    ['saslUsername', '*@a.example', 'anna@а.example', 'FORBIDDEN'],
    ['saslUsername', 'anna@a.example', 'bea@a.example', 'FORBIDDEN'],
    ['acceptedDomain', 'a.example', 'A.example.', 'done'],
    ['acceptedDomain', 'a.example', 'b.a.example', 'FORBIDDEN'],
    ['acceptedDomain', 'a.example', 'а.example', 'FORBIDDEN'],
  ])('with %s %s claims %s: %s', async (kind, assigned, claimed, outcome) => {
    await directory.assignIdentity(ours, kind, assigned);
    const act =
      kind === 'acceptedDomain'
        ? directory.addAcceptedDomain(ours, claimed, TENANT)
        : claim(known({ kind, value: claimed }));
    expect(await codeOf(act)).toBe(outcome);
  });

  test('is refused in the same words whether or not somebody else has it', async () => {
    const claims = {
      senderIpAddresses: ['198.51.100.7'],
      tlsSenderCertificateName: 'mail.b.example',
      clientCertificateFingerprints: ['cd'.repeat(32)],
      saslUsernames: ['bob@b.example'],
      localSubmission: true,
      associatedAcceptedDomains: ['b.example'],
    };
    const refusal = () =>
      claim(claims).then(
        () => undefined,
        ({ code, message, fields }: { code: string; message: string; fields: unknown[] }) => ({
          code,
          message,
          fields,
        }),
      );
    const domainRefusal = () => directory.addAcceptedDomain(ours, 'b.example', TENANT).catch((e: Error) => e.message);
    const free = [await refusal(), await domainRefusal()];
    expect(free[0]).toMatchObject({ code: 'FORBIDDEN', fields: expect.objectContaining({ length: 6 }) });
    expect(free[1]).toBe(
      'b.example is not assigned to your organization: ask the provider to assign acceptedDomain b.example',
    );
    const { associatedAcceptedDomains: _, ...identities } = claims;
    await directory.addConnector(theirs, draft(identities), PROVIDER);
    await directory.addAcceptedDomain(theirs, 'b.example', PROVIDER);
    expect([await refusal(), await domainRefusal()]).toEqual(free);
  });

  test('keeps what the provider put, narrows it not without asking, and cannot take it back once given up', async () => {
    const { id } = await directory.addConnector(
      ours,
      draft({ senderIpAddresses: ['192.0.2.0/24', '192.0.3.1'] }),
      PROVIDER,
    );
    const set = (senderIpAddresses: string[]) =>
      codeOf(directory.setConnector(id, { senderIpAddresses }, ours, TENANT));
    expect(await codeOf(directory.setConnector(id, { comment: 'x' }, ours, TENANT))).toBe('done');
    expect(await set(['192.0.2.128/25'])).toBe('FORBIDDEN');
    expect(await set(['192.0.2.77/24'])).toBe('done');
    expect(await set(['192.0.2.0/24', '192.0.3.1'])).toBe('FORBIDDEN');
  });

  test('gives up no domain that the provider put: its logins would be nobody’s', async () => {
    await directory.addAcceptedDomain(ours, 'a.example', PROVIDER);
    expect(await codeOf(directory.removeAcceptedDomain(ours, 'a.example', TENANT))).toBe('FORBIDDEN');
    expect(await codeOf(directory.removeAcceptedDomain(theirs, 'a.example', TENANT))).toBe('NOT_FOUND');
    await directory.assignIdentity(ours, 'acceptedDomain', 'a.example');
    expect(await codeOf(directory.removeAcceptedDomain(ours, 'a.example', TENANT))).toBe('done');
  });

  test('associates connectors only with domains that his organization accepts', async () => {
    await directory.assignIdentity(ours, 'acceptedDomain', 'a.example');
    expect(await codeOf(claim({ associatedAcceptedDomains: ['a.example'] }))).toBe('FORBIDDEN');
    await directory.addAcceptedDomain(ours, 'a.example', TENANT);
    expect(await codeOf(claim({ associatedAcceptedDomains: ['A.example.'] }))).toBe('done');
    expect(await codeOf(claim({ localSubmission: true }))).toBe('FORBIDDEN');
  });

  test('loses a race against the provider who takes it away, or makes him wait: never both', async () => {
    const { id } = await directory.assignIdentity(ours, 'addressPrefix', '192.0.2.0/24');
    const taken = codeOf(directory.removeIdentityAssignment(id));
    const claimed = codeOf(claim({ senderIpAddresses: ['192.0.2.7'] }));
    expect(await Promise.all([taken, claimed])).toEqual(['done', 'FORBIDDEN']);
    const { id: again } = await directory.assignIdentity(ours, 'addressPrefix', '192.0.2.0/24');
    const reclaimed = codeOf(claim({ senderIpAddresses: ['192.0.2.7'] }));
    expect(await Promise.all([reclaimed, codeOf(directory.removeIdentityAssignment(again))])).toEqual([
      'done',
      'IN_USE',
    ]);
  });
});

describe('an assignment that is used', () => {
  test('stays, and the refusal names what uses it; another one that holds it as well sets it free', async () => {
    const { id } = await directory.assignIdentity(ours, 'saslUsername', '*@a.example');
    const { id: domain } = await directory.assignIdentity(ours, 'acceptedDomain', 'a.example');
    await directory.addConnector(ours, draft({ name: 'printer', saslUsernames: ['p@a.example'] }), TENANT);
    await directory.addAcceptedDomain(ours, 'a.example', TENANT);
    await expect(directory.removeIdentityAssignment(id)).rejects.toMatchObject({
      code: 'IN_USE',
      message: '*@a.example is used by connector printer',
    });
    await expect(directory.removeIdentityAssignment(domain)).rejects.toMatchObject({
      message: 'a.example is used by accepted domain a.example',
    });
    await directory.assignIdentity(ours, 'saslUsername', 'p@a.example');
    expect((await directory.removeIdentityAssignment(id)).value).toBe('*@a.example');
    expect(await codeOf(directory.removeIdentityAssignment(id))).toBe('NOT_FOUND');
  });
});

test('unclaimed relaying is whose its strongest identity is', async () => {
  await directory.assignIdentity(ours, 'addressPrefix', '192.0.2.0/24');
  await directory.assignIdentity(ours, 'certificateName', '*.a.example');
  await directory.assignIdentity(theirs, 'saslUsername', '*@b.example');
  await directory.addAcceptedDomain(theirs, 'c.example');
  const owner = (over: object) => directory.assigneeOf(aClient({ clientAddress: '192.0.2.7', ...over }));
  expect(owner({})).toBe(ours);
  expect(owner({ clientAddress: '192.0.3.7' })).toBeUndefined();
  expect(owner({ clientAddress: 'unknown' })).toBeUndefined();
  expect(owner({ clientAddress: '192.0.3.7', certificate: { names: ['x.a.example'] } })).toBe(ours);
  expect(owner({ saslUsername: 'bob@b.example', certificate: { names: ['x.a.example'] } })).toBe(theirs);
  expect(owner({ saslUsername: 'bob@c.example' })).toBe(theirs);
  expect(owner({ isLocalSubmission: true })).toBeUndefined();
});

test('a change of a connector tells what it was before and who asked', async () => {
  const told: DirectoryChange[] = [];
  directory.subscribe((change) => told.push(change));
  const made = await directory.addConnector(ours, draft({ senderIpAddresses: ['192.0.2.7'] }), PROVIDER);
  const changed = await directory.setConnector(made.id, { senderIpAddresses: [] }, ours, TENANT);
  await directory.removeConnector(made.id);
  expect(told).toEqual([
    { kind: 'connector', connector: made, before: undefined, by: PROVIDER },
    { kind: 'connector', connector: changed, before: made, by: TENANT },
    { kind: 'removed', connectorId: made.id, connector: changed, by: undefined },
  ]);
});

describe('whatever is asked, in whatever order', () => {
  const IDENTITIES: readonly Identity[] = [
    ...['192.0.0.0/16', '192.0.2.0/24', '::ffff:192.0.2.0/121', '192.0.2.4/30', '192.0.2.5', '2001:db8::/32'].map(
      (value) => ({ kind: 'addressPrefix', value }) as const,
    ),
    ...['*.a.example', 'x.a.example', '*.x.a.example', 'A.example'].map(
      (value) => ({ kind: 'certificateName', value }) as const,
    ),
    ...['*@a.example', 'X@A.example', 'x@b.example', 'x'].map((value) => ({ kind: 'saslUsername', value }) as const),
    ...['a.example', 'B.example.'].map((value) => ({ kind: 'acceptedDomain', value }) as const),
  ];
  /** Clients and domains, and a rule of its own of who is known by what. */
  const ADDRESSES = ['192.0.2.5', '192.0.2.6', '192.0.2.99', '192.0.2.200', '192.0.9.9', '2001:db8::1'];
  const NAMES = ['a.example', 'x.a.example', 'y.a.example', 'y.x.a.example'];
  const LOGINS = ['x', 'x@a.example', 'y@a.example', 'x@b.example', 'y@b.example'];
  const clientsOf = ({ kind, value }: Identity): string[] => {
    const text = value.toLowerCase().replace(/\.$/, '');
    if (kind === 'addressPrefix') {
      const [network, bits] = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/32`);
      return ADDRESSES.map((one) => ipaddr.parse(one))
        .filter((one) => one.kind() === network.kind() && one.match(network, bits))
        .map((one) => `address ${one}`);
    }
    if (kind === 'certificateName') {
      const pattern = new RegExp(`^${text.replaceAll('.', '\\.').replace('*', '[^.]+')}$`);
      return NAMES.filter((name) => pattern.test(name)).map((name) => `name ${name}`);
    }
    if (kind === 'saslUsername') {
      return LOGINS.filter((login) => login === text || (text.startsWith('*') && login.endsWith(text.slice(1)))).map(
        (login) => `login ${login}`,
      );
    }
    return [`domain ${text}`, ...LOGINS.filter((login) => login.endsWith(`@${text}`)).map((login) => `login ${login}`)];
  };
  const holdings = (organizationId: string): { assigned: Identity[]; used: Identity[] } => ({
    assigned: directory.identityAssignments(organizationId),
    used: [
      ...directory.connectors(organizationId).flatMap(identitiesOf),
      ...directory
        .acceptedDomains(organizationId)
        .map(({ domain: value }): Identity => ({ kind: 'acceptedDomain', value })),
    ],
  });
  const everyClientOf = (identities: readonly Identity[]) => new Set(identities.flatMap(clientsOf));

  interface Order {
    readonly organization: 0 | 1;
    readonly act: 'assign' | 'take' | 'claim' | 'put' | 'give up';
    readonly identity: Identity;
  }
  const anOrder: fc.Arbitrary<Order> = fc.record({
    organization: fc.constantFrom(0 as const, 1 as const),
    act: fc.constantFrom(
      'assign' as const,
      'assign' as const,
      'take' as const,
      'claim' as const,
      'put' as const,
      'give up' as const,
    ),
    identity: fc.constantFrom(...IDENTITIES),
  });
  const follow = async ({ organization, act, identity }: Order): Promise<unknown> => {
    const id = ORGANIZATIONS[organization]!;
    const { kind, value } = identity;
    if (act === 'assign') return directory.assignIdentity(id, kind, value);
    if (act === 'take') {
      const [first] = directory.identityAssignments(id).filter((one) => one.kind === kind);
      return first && directory.removeIdentityAssignment(first.id);
    }
    if (act === 'give up') {
      const [first] = directory.connectors(id);
      return first && directory.removeConnector(first.id, id, TENANT);
    }
    const by = act === 'claim' ? TENANT : PROVIDER;
    if (kind === 'acceptedDomain') return directory.addAcceptedDomain(id, value, by);
    return directory.addConnector(id, draft(known(identity)), by);
  };
  const cleanUp = async () => {
    for (const { id } of directory.connectors()) await directory.removeConnector(id);
    for (const { organizationId, domain } of directory.acceptedDomains()) {
      await directory.removeAcceptedDomain(organizationId, domain);
    }
    for (const { id } of directory.identityAssignments()) await directory.removeIdentityAssignment(id);
  };

  test('no client and no domain is ever of two organizations', { timeout: 120_000 }, async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anOrder, { maxLength: 25 }), async (orders) => {
        // All at once: who comes first is the directory's business.
        const done = await Promise.allSettled(orders.map(follow));
        refused += done.filter(({ status }) => status === 'rejected').length;
        const [one, other] = ORGANIZATIONS.map((id) => holdings(id)).map(({ assigned, used }) =>
          everyClientOf([...assigned, ...used]),
        );
        await cleanUp();
        expect([...one!.intersection(other!)]).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test('what a tenant was granted never covers what was not assigned', { timeout: 120_000 }, async () => {
    let granted = 0;
    const order = anOrder.filter(({ act }) => act !== 'put');
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 25 }), async (orders) => {
        for (const each of orders) await follow(each).catch(() => {});
        const surplus = ORGANIZATIONS.flatMap((id) => {
          const { assigned, used } = holdings(id);
          granted += used.length;
          return [...everyClientOf(used).difference(everyClientOf(assigned))];
        });
        await cleanUp();
        expect(surplus).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(granted).toBeGreaterThan(0);
  });
});
