// cordon window list | add | remove: exception windows.
import type { Command } from 'commander';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { connectorId } from '../resolve.ts';
import type { WindowView } from '../resources.ts';
import { table } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

export function addWindowCommands(program: Command, line: CommandLine): void {
  const window = program
    .command('window')
    .description('Exception windows: recipients, volume and bulk of a connector say nothing for at most 7 days.');

  overApi(window.command('list').description('List the exception windows.'), line, async ({ api, show }) => {
    const { items } = await api.get<Page<WindowView>>('/exception-windows');
    show(items, listed);
  });
  overApi<{ from?: string; until: string; reason: string }>(
    window
      .command('add')
      .description('Open an exception window.')
      .argument('<ID>', 'the connector: GUID, or name if unique')
      .option('--from <TIME>', 'a time, or a span such as 4h from now; else now')
      .requiredOption('--until <TIME>', 'a time, or a span such as 2d from now')
      .requiredOption('--reason <TEXT>', 'why'),
    line,
    async ({ api, now, show }, [id], { from, until, reason }) => {
      const body = {
        connectorId: await connectorId(api, id!),
        from: from === undefined ? undefined : readTime('--from', from, now(), 'future'),
        until: readTime('--until', until, now(), 'future'),
        reason,
      };
      show(await api.post<WindowView>('/exception-windows', body), (made) => listed([made]));
    },
  );
  overApi(
    window.command('remove').description('Close an exception window.').argument('<ID>', 'GUID'),
    line,
    async ({ api, show }, [id]) => {
      await api.delete(`/exception-windows/${encodeURIComponent(id!)}`);
      show({ id }, () => `exception window ${id} is closed.\n`);
    },
  );
}

function listed(rows: readonly WindowView[]): string {
  return table(
    rows,
    [
      ['CONNECTOR', (w) => w.connectorId],
      ['FROM', (w) => localTime(w.from)],
      ['UNTIL', (w) => localTime(w.until)],
      ['REASON', (w) => w.reason],
      ['BY', (w) => w.by],
      ['ID', (w) => w.id],
    ],
    'There are no exception windows.',
  );
}
