// cordon pool list | assign | remove: which identities and domains are assigned to which organization.
import { Argument, type Command } from 'commander';
import { type CommandLine, overApi } from '../command-line.ts';
import { identityAssignmentId, organizationId } from '../resolve.ts';
import type { IdentityAssignmentView } from '../resources.ts';
import { shown, table } from '../terminal.ts';
import { localTime } from '../times.ts';

const KINDS = ['addressPrefix', 'certificateName', 'certificateFingerprint', 'saslUsername', 'acceptedDomain'];

export function addPoolCommands(program: Command, line: CommandLine): void {
  const pool = program
    .command('pool')
    .description('The pool of identities and domains: what the administrators of an organization may claim.');

  overApi<{ organization?: string }>(
    pool
      .command('list')
      .description('List what is assigned.')
      .option('--organization <ID>', 'only to this one: GUID, or name if unique'),
    line,
    async ({ api, show }, _args, { organization }) => {
      const query = { limit: 1_000, organizationId: organization && (await organizationId(api, organization)) };
      show(await api.all<IdentityAssignmentView>('/identity-pool', query), listed);
    },
  );
  overApi<{ organization?: string }>(
    pool
      .command('assign')
      .description('Assign an identity or a domain to an organization.')
      .addArgument(new Argument('<KIND>', 'of what').choices(KINDS))
      .argument('<IDENTITY>', 'for example 192.0.2.0/24, *.example.com, *@example.com, example.com')
      .option('--organization <ID>', 'to whom, if there are several: GUID, or name if unique'),
    line,
    async ({ api, show }, [kind, value], { organization }) => {
      const body = { kind, value, organizationId: organization && (await organizationId(api, organization)) };
      show(await api.post<IdentityAssignmentView>('/identity-pool', body), (made) => `${made.id}\n`);
    },
  );
  overApi(
    pool
      .command('remove')
      .description('Take an identity or a domain from an organization that does not use it.')
      .argument('<ID>', 'GUID, or the identity as it is listed'),
    line,
    async ({ api, show }, [id]) => {
      const removed = await identityAssignmentId(api, id!);
      await api.delete(`/identity-pool/${removed}`);
      show({ id: removed }, () => `${shown(id!)} is not assigned any more.\n`);
    },
  );
}

function listed(rows: readonly IdentityAssignmentView[]): string {
  return table(
    rows,
    [
      ['KIND', (one) => one.kind],
      ['IDENTITY', (one) => one.value],
      ['ORGANIZATION', (one) => one.organizationId],
      ['ASSIGNED', (one) => localTime(one.assignedAt)],
      ['ID', (one) => one.id],
    ],
    'Nothing is assigned: only the provider can make connectors and accept domains.',
  );
}
