// The connector or user with an id, from all that remember one: users have no table of their own.
import type { Entity, User } from '../attribution/entity.ts';
import type { OperationPorts } from './ports.ts';

/** Users that sent something since the start, are listed in a connector, or are restricted. */
export function knownUsers(
  { directory, restrictions }: Pick<OperationPorts, 'directory' | 'restrictions'>,
  organizationId: string | undefined,
): readonly User[] {
  const users = new Map(directory.users(organizationId).map((user) => [user.id, user]));
  for (const { restriction } of restrictions.active.values()) {
    const isSeen = organizationId === undefined || restriction.organizationId === organizationId;
    if (!isSeen || restriction.entityKind !== 'user' || users.has(restriction.entityId)) continue;
    users.set(restriction.entityId, {
      kind: 'user',
      id: restriction.entityId,
      organizationId: restriction.organizationId,
      name: restriction.entityName,
    });
  }
  return [...users.values()];
}

/** Also one that sent only before the start, from the journal. Undefined for another organization's. Waits on I/O. */
export async function knownEntity(
  ports: OperationPorts,
  id: string,
  organizationId: string | undefined,
): Promise<Entity | undefined> {
  const connector = ports.directory.connector(id, organizationId);
  if (connector !== undefined) return connector;
  const user = knownUsers(ports, organizationId).find((known) => known.id === id);
  if (user !== undefined) return user;
  const [last] = await ports.journal.trace({ organizationId, entityId: id, limit: 1 });
  if (last?.userId !== id || last.saslUsername === undefined) return undefined;
  return { kind: 'user', id, organizationId: last.organizationId, name: last.saslUsername };
}
