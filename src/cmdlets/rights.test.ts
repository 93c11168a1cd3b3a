// Every cmdlet, and every parameter that has a right of its own, with every role, with none, and across organizations. What is tried comes from
// the table; who may is said here once more, by the articles, so that a cmdlet with a wrong right is found.
import { afterAll, describe, expect, test } from 'vitest';
import { anAdminApi } from '../../test/admin-api-world.ts';
import { cmdletCalls, type Who } from '../../test/cmdlet-calls.ts';
import { ROLE_NAMES, type RoleName } from '../access/roles.ts';
import { EMPTY_POLICY } from '../alerts/alert-policy.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import type { Entity } from '../attribution/entity.ts';
import { type Cmdlet, cmdlet } from './cmdlet.ts';
import { type Parameter, text } from './parameter.ts';
import { runCmdlet } from './run.ts';
import { CMDLETS } from './table.ts';

const { world, run, call, audit, close } = await cmdletCalls();
afterAll(close);

/** Everybody who has a role (R), without the readers (SA), administrators only (OM), the provider's (P). */
type Least = 'R' | 'SA' | 'OM' | 'P';
const LEAST: Readonly<Record<string, Least>> = {
  'Get-BlockedConnector': 'R',
  'Remove-BlockedConnector': 'SA',
  'Get-BlockedSenderAddress': 'R',
  'Remove-BlockedSenderAddress': 'SA',
  'Get-InboundConnector': 'R',
  'New-InboundConnector': 'OM',
  'Set-InboundConnector': 'OM',
  'Remove-InboundConnector': 'OM',
  'Get-AcceptedDomain': 'R',
  'New-AcceptedDomain': 'OM',
  'Remove-AcceptedDomain': 'OM',
  'Get-MessageTraceV2': 'R',
  'Get-ProtectionAlert': 'R',
  'New-ProtectionAlert': 'SA',
  'Set-ProtectionAlert': 'SA',
  'Remove-ProtectionAlert': 'SA',
  'Enable-ProtectionAlert': 'SA',
  'Disable-ProtectionAlert': 'SA',
  'Get-AdminAuditLogConfig': 'R',
  'Set-AdminAuditLogConfig': 'OM',
  'Search-UnifiedAuditLog': 'R',
  'Get-HostedOutboundSpamFilterPolicy': 'R',
  'Set-HostedOutboundSpamFilterPolicy': 'OM',
  'Get-ManagementRole': 'R',
  'Get-ManagementRoleAssignment': 'R',
  'Get-RoleGroupMember': 'R',
  'Add-RoleGroupMember': 'OM',
  'Remove-RoleGroupMember': 'OM',
  'Get-ConnectionInformation': 'R',
};
/** Those of single parameters: *Cmdlet -Parameter*. */
const LEAST_OF_PARAMETERS: Readonly<Record<string, Least>> = {
  'Get-MessageTraceV2 -Subject': 'SA',
};

const RANK: Readonly<Record<RoleName, readonly Least[]>> = {
  'Global Reader': ['R'],
  'Security Reader': ['R'],
  'View-Only Organization Management': ['R'],
  'Security Administrator': ['R', 'SA'],
  'Organization Management': ['R', 'SA', 'OM'],
  'Global Administrator': ['R', 'SA', 'OM'],
  'Provider Administrator': ['R', 'SA', 'OM', 'P'],
};

const CHANGES = CMDLETS.filter(({ isChange }) => isChange);
const PARAMETERS = CMDLETS.flatMap((cmdlet) =>
  Object.entries(cmdlet.parameters)
    .filter(([, { action }]) => action !== undefined)
    .map(([name]) => ({ cmdlet, name, title: `${cmdlet.name} -${name}` })),
);
const namesOf = (cmdlets: readonly Cmdlet[]) => cmdlets.map(({ name }) => name);

interface Told {
  readonly category: string;
  readonly target: string;
}
/** How it was refused; undefined: it was not. */
const refusal = (who: Who, { name }: Cmdlet, values: object, organizationId?: string): Promise<Told | undefined> =>
  run(who, name, { ...values }, organizationId).then(
    () => undefined,
    (error) => error,
  );
/** With a parameter that there is not: whoever may hears that, and nothing is done. */
const NOTHING = { NoSuchParameter: 1 };

async function refused(who: Who): Promise<string[]> {
  const found = [];
  for (const cmdlet of CMDLETS) {
    const told = await refusal(who, cmdlet, NOTHING);
    if (told?.category === 'PermissionDenied') found.push(cmdlet.name);
    else expect([cmdlet.name, told?.target]).toEqual([cmdlet.name, 'NoSuchParameter']);
  }
  return found;
}

/** A value that the parameter takes. */
function valueFor({ type, values }: Parameter): unknown {
  const byType: Readonly<Record<string, unknown>> = {
    Guid: '159eb7c4-75d7-43e2-95fe-ced44b3e0a56',
    String: values?.[0] ?? 'nobody',
    SmtpAddress: 'nobody@far.example',
    Boolean: true,
    SwitchParameter: true,
    Int32: 1,
    DateTime: '2026-11-20',
  };
  return byType[type] ?? [values?.[0] ?? 'nobody'];
}
function leastValues({ parameters, shouldProcess }: Cmdlet): Record<string, unknown> {
  const required = Object.entries(parameters).filter(([, parameter]) => parameter.required === true);
  const values = Object.fromEntries(required.map(([name, parameter]) => [name, valueFor(parameter)]));
  return shouldProcess === undefined ? values : { ...values, WhatIf: true };
}

describe('the table', () => {
  test('has those cmdlets, and those parameters with a right of their own, of which this test says who may', () => {
    expect(Object.keys(LEAST).sort()).toEqual(namesOf(CMDLETS).sort());
    expect(Object.keys(LEAST_OF_PARAMETERS).sort()).toEqual(PARAMETERS.map(({ title }) => title).sort());
  });

  test.each(CMDLETS.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    '%s changes something by its verb, its right and its own word, or by none of them',
    (name, { isChange, action }) => {
      const verb = name.split('-')[0]!;
      expect(verb).toMatch(/^(Get|Search|New|Set|Add|Remove|Enable|Disable)$/);
      expect(!['Get', 'Search'].includes(verb)).toBe(isChange);
      expect(/\.(write|configure|erase|assign)$/.test(action)).toBe(isChange);
    },
  );
});

describe('every cmdlet', () => {
  test.each(ROLE_NAMES)('is open to %s of the organization by the table', async (role) => {
    const mayNot = namesOf(CMDLETS.filter(({ name }) => !RANK[role].includes(LEAST[name]!) || LEAST[name] === 'P'));
    expect(await refused(await world.tokenOf([role], world.ours.id))).toEqual(mayNot);
    expect(await refused(world.signIn([role], world.ours.id))).toEqual(mayNot);
  });

  test.each(ROLE_NAMES)('is open to %s over all organizations by the table', async (role) => {
    const mayNot = namesOf(CMDLETS.filter(({ name }) => !RANK[role].includes(LEAST[name]!)));
    expect(await refused(await world.tokenOf([role]))).toEqual(mayNot);
  });

  test('is shut to whoever has no role, also over all organizations', async () => {
    for (const organizationId of [world.ours.id, undefined]) {
      expect(await refused(await world.tokenOf([], organizationId))).toEqual(namesOf(CMDLETS));
      expect(await refused(world.signIn([], organizationId))).toEqual(namesOf(CMDLETS));
    }
  });

  test('is shut to somebody from the moment that he has lost his role', async () => {
    const person = world.signIn(['Organization Management'], world.ours.id);
    expect(await refused(person)).not.toEqual(namesOf(CMDLETS));
    person.become([]);
    expect(await refused(person)).toEqual(namesOf(CMDLETS));
  });

  test('says which role is missing, and nothing else that is wrong', async () => {
    const told = await refusal('reader', CHANGES[0]!, NOTHING);
    expect(told).toMatchObject({ status: 403, message: expect.stringMatching(/this needs .*Organization Management/) });
  });
});

test.each(ROLE_NAMES)('every parameter with a right of its own is open to %s by the table', async (role) => {
  const token = await world.tokenOf([role], world.ours.id);
  for (const { cmdlet, name, title } of PARAMETERS) {
    if (!RANK[role].includes(LEAST[cmdlet.name]!)) continue;
    const values = { ...leastValues(cmdlet), [name]: valueFor(cmdlet.parameters[name]!) };
    const told = await refusal(token, cmdlet, values);
    const isRefused = told?.category === 'PermissionDenied' && told.target === name;
    expect([title, isRefused]).toEqual([title, !RANK[role].includes(LEAST_OF_PARAMETERS[title]!)]);
  }
});

test('a parameter with a right of its own is refused by its name, before anything is done', async () => {
  let acted = 0;
  const planted = cmdlet({
    name: 'Get-Planted',
    synopsis: 'Planted.',
    parameters: { Subject: text({ help: 'A subject.', action: 'trace.content' }) },
    action: 'trace.read',
    isChange: false,
    output: [],
    examples: [],
    run: async () => {
      acted += 1;
      return [];
    },
  });
  await expect(runCmdlet(planted, { sub: 'x' }, call('reader'))).rejects.toMatchObject({
    category: 'PermissionDenied',
    target: 'Subject',
    message: expect.stringMatching(/^-Subject: .* needs .*Security Administrator/),
  });
  expect(acted).toBe(0);
  await runCmdlet(planted, {}, call('reader'));
  await runCmdlet(planted, { sub: 'x' }, call('security'));
  expect(acted).toBe(2);
});

describe('in an organization that somebody does not see, every cmdlet', () => {
  test.each(ROLE_NAMES)('is refused to %s as if it were not there, on the record of his own', async (role) => {
    const token = await world.tokenOf([role], world.theirs.id);
    for (const cmdlet of CMDLETS) {
      for (const organizationId of [world.ours.id, '159eb7c4-75d7-43e2-95fe-ced44b3e0a56']) {
        const before = await audit(cmdlet.name);
        const told = await refusal(token, cmdlet, leastValues(cmdlet), organizationId);
        const isHis = RANK[role].includes(LEAST[cmdlet.name]!) && LEAST[cmdlet.name] !== 'P';
        expect([cmdlet.name, told?.category, told?.target]).toEqual([
          cmdlet.name,
          ...(isHis ? ['ObjectNotFound', organizationId] : ['PermissionDenied', cmdlet.name]),
        ]);
        const records = (await audit(cmdlet.name)).filter(({ id }) => before.every((one) => one.id !== id));
        expect(records.map((record) => record.organizationId)).toEqual(cmdlet.isChange ? [world.theirs.id] : []);
      }
    }
  });
});

describe('a change', () => {
  test.each(CHANGES.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    '%s that is refused stands in the audit log under this name',
    async (name, cmdlet) => {
      const token = await world.tokenOf(['Global Reader'], world.ours.id);
      const before = await audit(name);
      expect(await refusal(token, cmdlet, leastValues(cmdlet))).toMatchObject({ category: 'PermissionDenied' });
      const [record, ...others] = await audit(name);
      expect(others).toHaveLength(before.length);
      expect(record).toMatchObject({
        operation: name,
        organizationId: world.ours.id,
        by: 'Global Reader',
        result: 'Failed',
        parameters: { error: 'forbidden' },
      });
    },
  );

  test('is what a read is not: reads leave no record', async () => {
    const before = await world.store.audit.list({ limit: 100_000 });
    for (const cmdlet of CMDLETS.filter(({ isChange }) => !isChange)) {
      await refusal(await world.tokenOf([], world.ours.id), cmdlet, leastValues(cmdlet));
    }
    expect(await world.store.audit.list({ limit: 100_000 })).toHaveLength(before.length);
  });
});

describe('a change that is right in itself', () => {
  let made = 0;
  const aConnector = () =>
    world.ports.directory.addConnector(world.ours.id, { ...EMPTY_DRAFT, name: `connector ${++made}` });
  const aMember = async (roles: readonly RoleName[]) => {
    const order = { name: `person-${++made}`, organizationId: world.ours.id, roles, passwordHash: 'h' };
    return (await world.ports.accounts.add(order, undefined)).name;
  };

  const aRestricted = async (entity: Entity) => {
    await world.ports.restrictions.restrict({ entity, cause: 'manual', reason: '', by: 'anna' }).settled;
    return entity;
  };
  /** That the provider assigned, as it must in an installation with several organizations. */
  const anAssignedDomain = async () => {
    const domain = `d${++made}.example`;
    await world.ports.directory.assignIdentity(world.ours.id, 'acceptedDomain', domain);
    return domain;
  };
  const aPolicy = async () => {
    const draft = { ...EMPTY_POLICY, name: `policy ${++made}`, activity: 'UserRestricted' } as const;
    return (await world.ports.alertPolicies.add(world.ours.id, draft)).name;
  };

  /** What it is called with; each makes what it needs, in `ours`. */
  type Order = () => Promise<Readonly<Record<string, unknown>>>;
  const ORDERS: Readonly<Record<string, Order>> = {
    'Remove-BlockedConnector': async () => ({ ConnectorId: (await aRestricted(await aConnector())).id }),
    'Remove-BlockedSenderAddress': async () => {
      const user = await aRestricted(world.ports.directory.user(world.ours.id, `login-${++made}`));
      return { SenderAddress: user.name };
    },
    'New-InboundConnector': async () => ({ Name: `connector ${++made}`, SenderDomains: '*' }),
    'Set-InboundConnector': async () => ({ Identity: (await aConnector()).name, Comment: 'x' }),
    'Remove-InboundConnector': async () => ({ Identity: (await aConnector()).name }),
    'New-AcceptedDomain': async () => {
      const domain = await anAssignedDomain();
      return { Name: domain, DomainName: domain };
    },
    'Remove-AcceptedDomain': async () => {
      const domain = await anAssignedDomain();
      await world.ports.directory.addAcceptedDomain(world.ours.id, domain);
      return { Identity: domain };
    },
    'New-ProtectionAlert': async () => ({
      Name: `policy ${++made}`,
      Category: 'ThreatManagement',
      NotifyUser: ['TenantAdmins'],
      ThreatType: 'Activity',
      Operation: ['UserRestricted'],
    }),
    'Set-ProtectionAlert': async () => ({ Identity: await aPolicy(), Comment: 'x' }),
    'Remove-ProtectionAlert': async () => ({ Identity: await aPolicy() }),
    'Enable-ProtectionAlert': async () => ({ Identity: await aPolicy() }),
    'Disable-ProtectionAlert': async () => ({ Identity: await aPolicy() }),
    'Set-AdminAuditLogConfig': async () => ({ UnifiedAuditLogIngestionEnabled: true }),
    'Set-HostedOutboundSpamFilterPolicy': async () => ({ Identity: 'Default', RecipientLimitPerDay: 100 }),
    'Add-RoleGroupMember': async () => ({ Identity: 'Global Reader', Member: await aMember([]) }),
    'Remove-RoleGroupMember': async () => ({ Identity: 'Global Reader', Member: await aMember(['Global Reader']) }),
  };
  /** They mean each organization's own thing. */
  const OF_EACH = ['Set-AdminAuditLogConfig', 'Set-HostedOutboundSpamFilterPolicy'];
  const OURS = CHANGES.filter(({ name }) => !OF_EACH.includes(name) && !name.startsWith('New-'));

  test('is here of every cmdlet that changes something, and of no other', () => {
    expect(Object.keys(ORDERS).sort()).toEqual(namesOf(CHANGES).sort());
  });

  test.each(ROLE_NAMES)('is made by %s where the table says so, with one record of the same name', async (role) => {
    const person = world.signIn([role], role === 'Provider Administrator' ? undefined : world.ours.id);
    for (const cmdlet of CHANGES) {
      const values = await ORDERS[cmdlet.name]!();
      const before = await audit(cmdlet.name);
      const told = await refusal(person, cmdlet, values);
      const isHis = RANK[role].includes(LEAST[cmdlet.name]!);
      expect([cmdlet.name, told?.category]).toEqual([cmdlet.name, isHis ? undefined : 'PermissionDenied']);
      const records = (await audit(cmdlet.name)).filter(({ id }) => before.every((one) => one.id !== id));
      expect([cmdlet.name, records.map(({ result }) => result)]).toEqual([
        cmdlet.name,
        [isHis ? 'Succeeded' : 'Failed'],
      ]);
    }
  });

  test.each(CHANGES.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    '%s is authorized by what it does, also where nobody asked before',
    async (name, { parameters, run: act }) => {
      const values = Object.entries(await ORDERS[name]!());
      const given = Object.fromEntries(values.map(([key, value]) => [key, parameters[key]!.transform(value, key)]));
      const nobody = call(world.signIn([], world.ours.id));
      await expect(act(given, nobody)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    },
  );

  test.each(OURS.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    '%s of what is ours is not made by an administrator of another organization in his own',
    async (name, cmdlet) => {
      const theirs = world.signIn(['Organization Management'], world.theirs.id);
      const told = await refusal(theirs, cmdlet, await ORDERS[name]!(), world.theirs.id);
      expect(told).toMatchObject({ category: 'ObjectNotFound' });
    },
  );
});

describe('at the door of the admin API, every cmdlet', async () => {
  const door = await anAdminApi();
  afterAll(door.close);
  const told = async (who: Parameters<typeof door.invoke>[0], cmdlet: Cmdlet) => {
    const { status, body } = await door.invoke(who, cmdlet.name, { ...leastValues(cmdlet), ...NOTHING });
    return { status, text: JSON.stringify(body) };
  };

  test('is shut to nobody, and to whoever has no role, who is told which he needs', async () => {
    const noRole = await door.world.tokenOf([], door.world.ours.id);
    for (const cmdlet of CMDLETS) {
      expect([cmdlet.name, (await told('nobody', cmdlet)).status]).toEqual([cmdlet.name, 401]);
      const { status, text: said } = await told(noRole, cmdlet);
      expect([cmdlet.name, status]).toEqual([cmdlet.name, 403]);
      expect([cmdlet.name, said]).toEqual([cmdlet.name, expect.stringMatching(/this needs .*Global Administrator/)]);
    }
  });

  test('is open to a reader where the table says so', async () => {
    for (const cmdlet of CMDLETS) {
      const { status } = await told('reader', cmdlet);
      expect([cmdlet.name, status]).toEqual([cmdlet.name, LEAST[cmdlet.name] === 'R' ? 400 : 403]);
    }
  });

  test('answers a token of another organization as if ours were not there', async () => {
    for (const cmdlet of CMDLETS) {
      const answer = await told('theirs', cmdlet);
      const unknown = await door.invoke('theirs', cmdlet.name, leastValues(cmdlet), {
        url: '159eb7c4-75d7-43e2-95fe-ced44b3e0a56/InvokeCommand',
      });
      expect([cmdlet.name, answer.status]).toEqual([cmdlet.name, unknown.status]);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain('Ours');
    }
  });
});
