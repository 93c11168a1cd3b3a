// cordon token create | list | revoke: the API tokens.
import type { Command } from 'commander';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { tokenId } from '../resolve.ts';
import type { TokenView } from '../resources.ts';
import { table } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

export function addTokenCommands(program: Command, line: CommandLine): void {
  const token = program.command('token').description('API tokens: for programs, and for the command line elsewhere.');

  overApi<{ organization?: string; role?: readonly string[]; expires?: string }>(
    token
      .command('create')
      .description('Create a token and print its secret, which is shown only now.')
      .argument('<NAME>', 'for whom; the audit log shows it')
      .option('--organization <ID>', 'shut it into one organization; else it sees what its maker sees')
      .option('--role <NAME...>', 'what it may do (docs/roles.md), at most what its maker may; else the same')
      .option(
        '--expires <TIME>',
        'a time, or a span such as 30d, at most 366d; never: until revoked, for the local administrator. Without it: 90d',
      ),
    line,
    async ({ api, now, show, stderr }, [name], { organization, role: roles, expires }) => {
      const body = {
        name,
        organizationId: organization,
        roles,
        expiresAt: readExpiry(expires, now()),
      };
      const made = await api.post<TokenView & { secret: string }>('/api-tokens', body);
      show(made, ({ secret }) => `${secret}\n`);
      const until = made.expiresAt === undefined ? 'until it is revoked' : `until ${localTime(made.expiresAt)}`;
      stderr.write(`Keep the secret: it is not shown again. It is good ${until}.\n`);
    },
  );
  overApi(token.command('list').description('List the tokens.'), line, async ({ api, show }) => {
    const { items } = await api.get<Page<TokenView>>('/api-tokens');
    show(items, (rows) =>
      table(
        rows,
        [
          ['NAME', (t) => t.name],
          ['ORGANIZATION', (t) => t.organizationId ?? 'all'],
          ['ROLES', (t) => t.roles.join(', ')],
          ['MADE BY', (t) => t.madeBy ?? 'local administrator'],
          ['CREATED', (t) => localTime(t.createdAt)],
          ['EXPIRES', (t) => (t.expiresAt === undefined ? 'never' : localTime(t.expiresAt))],
          ['LAST USED', (t) => (t.lastUsedAt === undefined ? 'never' : localTime(t.lastUsedAt))],
          ['ID', (t) => t.id],
        ],
        'There are no tokens.',
      ),
    );
  });
  overApi(
    token
      .command('revoke')
      .description('Revoke a token; it opens nothing any more.')
      .argument('<ID>', 'GUID, or name if unique'),
    line,
    async ({ api, show }, [id]) => {
      const revoked = await tokenId(api, id!);
      await api.delete(`/api-tokens/${revoked}`);
      show({ id: revoked }, () => `token ${revoked} is revoked.\n`);
    },
  );
}

/** Undefined: as the guard thinks fit; null: never. */
function readExpiry(text: string | undefined, now: number): string | null | undefined {
  if (text === undefined) return undefined;
  return text === 'never' ? null : readTime('--expires', text, now, 'future');
}
