// cordon alerts: what an admin must hear of, also of what `observe` would have blocked.
import type { Command } from 'commander';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import type { AlertView } from '../resources.ts';
import { table } from '../terminal.ts';
import { localTime } from '../times.ts';

export function addAlertsCommand(program: Command, line: CommandLine): void {
  overApi<{ limit: string }>(
    program
      .command('alerts')
      .description('List the alerts, newest first.')
      .option('--limit <COUNT>', 'at most so many, up to 1000', '50'),
    line,
    async ({ api, show }, _args, { limit }) => {
      show((await api.get<Page<AlertView>>('/alerts', { limit })).items, listed);
    },
  );
}

function listed(rows: readonly AlertView[]): string {
  return table(
    rows,
    [
      ['TIME', ({ at }) => localTime(at)],
      ['SEVERITY', ({ severity }) => severity],
      ['ALERT', ({ policy }) => policy],
      ['WHAT', ({ summary }) => summary],
    ],
    'No alerts.',
  );
}
