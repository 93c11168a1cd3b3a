import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Principal } from '../access/principal.ts';
import { actionsOf, type RoleName } from '../access/roles.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import { Directory } from '../attribution/directory.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { changedBy } from './scope.ts';

const folder = await mkdtemp(join(tmpdir(), 'cordon-scope-'));
const log = { info: () => {} };
const store = await openSqliteStore({ directory: folder, log, onTrouble: () => {}, onRecovered: () => {} });
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test('the administrators of the only organization need no pool, until there is a second one', async () => {
  const directory = await Directory.open({ store: store.connectors, now: () => 1_000, randomUUID });
  const { id: organizationId } = await directory.addOrganization('Ours');
  const by = (role: RoleName) => {
    const principal: Principal = {
      id: randomUUID(),
      kind: 'account',
      name: role,
      organizationId: role === 'Provider Administrator' ? undefined : organizationId,
      roles: [role],
      actions: actionsOf([role]),
    };
    return changedBy({ principal, ip: '192.0.2.1' }, directory);
  };
  const claim = (name: string, address: string, who: ReturnType<typeof by>) =>
    directory.addConnector(organizationId, { ...EMPTY_DRAFT, name, senderIpAddresses: [address] }, who);

  expect(by('Organization Management')).toEqual({
    name: 'Organization Management',
    clientAddress: '192.0.2.1',
    isTenant: false,
  });
  expect(by('Security Administrator').isTenant).toBe(true);
  await claim('first', '203.0.113.1', by('Organization Management'));
  await directory.addOrganization('Theirs');
  expect(by('Organization Management').isTenant).toBe(true);
  expect(by('Provider Administrator').isTenant).toBe(false);
  await expect(claim('second', '203.0.113.2', by('Organization Management'))).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await claim('third', '203.0.113.3', by('Provider Administrator'));
});
