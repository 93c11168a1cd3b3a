// ID on the command line is an entity's GUID, or its name or login where that is unique.
import { CordonError } from '../errors.ts';
import type { ApiClient, Page } from './api-client.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Throws NOT_RESTRICTED or AMBIGUOUS_NAME. */
export async function restrictedId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const { items } = await api.get<Page<Named>>('/restricted-entities', { name: idOrName });
  return theOnly(items, idOrName) ?? refuse('NOT_RESTRICTED', `no restricted connector or user is called ${idOrName}`);
}

/** Throws NOT_FOUND or AMBIGUOUS_NAME. */
export async function connectorId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const { items } = await api.get<Page<Named>>('/connectors', { name: idOrName });
  return theOnly(items, idOrName) ?? refuse('NOT_FOUND', `no connector is called ${idOrName}`);
}

/** A connector or user. Throws NOT_FOUND or AMBIGUOUS_NAME. */
export async function entityId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const connectors = await api.get<Page<Named>>('/connectors', { name: idOrName });
  const users = await api.get<Page<Named>>('/users', { name: idOrName });
  const found = theOnly([...connectors.items, ...users.items], idOrName);
  return found ?? refuse('NOT_FOUND', `no connector or user is called ${idOrName}`);
}

/** Throws NOT_FOUND or AMBIGUOUS_NAME. */
export async function organizationId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const { items } = await api.get<Page<Named>>('/organizations');
  const named = items.filter(({ name }) => name.toLowerCase() === idOrName.toLowerCase());
  return theOnly(named, idOrName) ?? refuse('NOT_FOUND', `no organization is called ${idOrName}`);
}

/** Of an identity as the pool lists it. Throws NOT_FOUND, or AMBIGUOUS_NAME where it is assigned as two kinds. */
export async function identityAssignmentId(api: ApiClient, idOrValue: string): Promise<string> {
  if (GUID.test(idOrValue)) return idOrValue;
  const { items } = await api.get<Page<{ readonly id: string }>>('/identity-pool', { value: idOrValue });
  return theOnly(items, idOrValue) ?? refuse('NOT_FOUND', `${idOrValue} is not assigned`);
}

/** Throws NOT_FOUND or AMBIGUOUS_NAME. */
export async function tokenId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const { items } = await api.get<Page<Named>>('/api-tokens');
  const named = items.filter((token) => token.name === idOrName);
  return theOnly(named, idOrName) ?? refuse('NOT_FOUND', `no token is called ${idOrName}`);
}

/** Throws NOT_FOUND or AMBIGUOUS_NAME. */
export async function accountId(api: ApiClient, idOrName: string): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const { items } = await api.get<Page<Named>>('/accounts');
  const named = items.filter(({ name }) => name.toLowerCase() === idOrName.toLowerCase());
  return theOnly(named, idOrName) ?? refuse('NOT_FOUND', `no account is called ${idOrName}`);
}

/** Throws NOT_FOUND or AMBIGUOUS_NAME: each organization has policies of the same name. */
export async function alertPolicyId(
  api: ApiClient,
  idOrName: string,
  organization: string | undefined,
): Promise<string> {
  if (GUID.test(idOrName)) return idOrName;
  const whose = organization === undefined ? undefined : await organizationId(api, organization);
  const { items } = await api.get<Page<Named>>('/alert-policies', { name: idOrName, organizationId: whose });
  return theOnly(items, idOrName) ?? refuse('NOT_FOUND', `no alert policy is called ${idOrName}`);
}

function theOnly(found: readonly { readonly id: string }[], name: string): string | undefined {
  if (found.length <= 1) return found[0]?.id;
  const ids = found.map(({ id }) => id).join(', ');
  throw new CordonError('AMBIGUOUS_NAME', `${found.length} are called ${name}: ${ids}`);
}

function refuse(code: 'NOT_FOUND' | 'NOT_RESTRICTED', message: string): never {
  throw new CordonError(code, message);
}
