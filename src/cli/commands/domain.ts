// cordon domain list | add | remove: the accepted domains.
import type { Command } from 'commander';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import type { DomainView } from '../resources.ts';
import { shown, table } from '../terminal.ts';

export function addDomainCommands(program: Command, line: CommandLine): void {
  const domain = program.command('domain').description('Your accepted domains: mail to any other is relaying.');

  overApi(domain.command('list').description('List the accepted domains.'), line, async ({ api, show }) => {
    const { items } = await api.get<Page<DomainView>>('/accepted-domains');
    show(items, (rows) =>
      table(
        rows,
        [
          ['DOMAIN', (d) => d.domain],
          ['ORGANIZATION', (d) => d.organizationId],
        ],
        'There are no accepted domains yet: all mail counts as relaying.',
      ),
    );
  });
  overApi<{ organization?: string }>(
    domain
      .command('add')
      .description('Add an accepted domain.')
      .argument('<DOMAIN>')
      .option('--organization <ID>', 'whose it is, if there are several'),
    line,
    async ({ api, show }, [name], { organization }) => {
      const body = { domain: name, organizationId: organization };
      show(
        await api.post<DomainView>('/accepted-domains', body),
        (added) => `${shown(added.domain)} is an accepted domain.\n`,
      );
    },
  );
  overApi(
    domain.command('remove').description('Remove an accepted domain.').argument('<DOMAIN>'),
    line,
    async ({ api, show }, [name]) => {
      await api.delete(`/accepted-domains/${encodeURIComponent(name!)}`);
      show({ domain: name }, () => `${shown(name!)} is no accepted domain any more.\n`);
    },
  );
}
