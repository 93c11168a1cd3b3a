// cordon queue: the queue ids of an entity's mail that is still in a mail server's queue. It never touches the queue: that is for the admin to do.
import type { Command } from 'commander';
import { CordonError } from '../../errors.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { entityId } from '../resolve.ts';
import type { QueuedView } from '../resources.ts';
import { type Output, shown } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

export function addQueueCommand(program: Command, line: CommandLine): void {
  overApi<{ since?: string; mailServer?: string }>(
    program
      .command('queue')
      .description(
        "Print the queue ids of an entity's mail that is still queued, for `postsuper -h -`. Changes nothing.",
      )
      .argument('<ID>', 'connector or user: GUID, or name or login if unique')
      .option('--since <TIME>', 'accepted since then, a time or a span such as 4h; else since the attack began')
      .option('--mail-server <NAME>', 'of this one only; must be given where several have such mail'),
    line,
    async ({ api, now, show, stderr }, [id], { since, mailServer }) => {
      const queued = await api.get<QueuedView>('/queued-messages', {
        entityId: await entityId(api, id!),
        since: since === undefined ? undefined : readTime('--since', since, now(), 'past'),
      });
      comment(queued, stderr);
      show(queued, ({ mailServers }) => idsOf(mailServers, mailServer));
    },
  );
}

/** Comments go where a pipe does not: what is printed is for postsuper. */
function comment({ since, mailServers, unknown }: QueuedView, stderr: Output): void {
  stderr.write(`# Accepted since ${localTime(since)}:\n`);
  for (const { mailServer, queueIds } of mailServers) {
    stderr.write(`# ${shown(mailServer)}: ${queueIds.length} still queued. To hold them, there: postsuper -h -\n`);
  }
  if (unknown > 0) {
    stderr.write(
      `# ${unknown} recipients: unknown, no mail log is followed (feedback.postfixLogs), or it does not say\n`,
    );
  } else if (mailServers.length === 0) stderr.write('# nothing is queued\n');
}

/** One a line. Queue ids of one mail server may be those of other people's mail on another: they are never mixed. */
function idsOf(mailServers: QueuedView['mailServers'], chosen: string | undefined): string {
  if (chosen === undefined && mailServers.length > 1) {
    const names = mailServers.map(({ mailServer }) => mailServer).join(', ');
    const message = `several mail servers have such mail: choose one with --mail-server (${names})`;
    throw new CordonError('INVALID_REQUEST', message, { fields: [{ path: '--mail-server', message }] });
  }
  return mailServers
    .filter(({ mailServer }) => chosen === undefined || mailServer === chosen)
    .flatMap(({ queueIds }) => queueIds)
    .map((queueId) => `${shown(queueId)}\n`)
    .join('');
}
