// cordon trace: what became of messages.
import type { Command } from 'commander';
import type { ApiClient, Page, Query } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { readCount } from '../read-count.ts';
import { entityId } from '../resolve.ts';
import type { MessageView } from '../resources.ts';
import { shortened, table } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

interface TraceOptions {
  readonly entity?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly outcome?: string;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
}

export function addTraceCommands(program: Command, line: CommandLine): void {
  overApi<TraceOptions>(
    program
      .command('trace')
      .description('Trace messages, newest first. Searching is audited.')
      .option('--entity <ID>', 'connector or user: GUID, or name or login if unique')
      .option('--sender <ADDRESS>', 'envelope sender')
      .option('--recipient <ADDRESS>', 'envelope recipient')
      .option(
        '--outcome <OUTCOME>',
        'accepted, tipped, restricted, held, denied, deferred, rejected, aborted, repeated',
      )
      .option('--from <TIME>', 'not before; a time, or a span such as 24h ago')
      .option('--until <TIME>', 'before; a time, or a span such as 1h ago')
      .option('--limit <COUNT>', 'at most so many', readCount, 50),
    line,
    async ({ api, now, show, stderr }, _args, options) => {
      const { entity, sender, recipient, outcome, from, until, limit } = options;
      const query = {
        entityId: entity === undefined ? undefined : await entityId(api, entity),
        sender,
        recipient,
        outcome,
        from: from === undefined ? undefined : readTime('--from', from, now(), 'past'),
        until: until === undefined ? undefined : readTime('--until', until, now(), 'past'),
      };
      const { messages, isMore, subjectsHidden } = await trace(api, query, limit);
      show(messages, listed);
      if (isMore) stderr.write(`There are more than ${limit}: narrow the search, or raise --limit.\n`);
      if (subjectsHidden)
        stderr.write('Subjects are hidden: this token may trace, but not see them (docs/roles.md).\n');
    },
  );
}

interface Traced {
  readonly messages: readonly MessageView[];
  readonly isMore: boolean;
  readonly subjectsHidden: boolean;
}

async function trace(api: ApiClient, query: Query, limit: number): Promise<Traced> {
  const messages: MessageView[] = [];
  let subjectsHidden = false;
  let cursor: string | undefined;
  do {
    const pageSize = Math.min(1_000, limit - messages.length);
    const page: Page<MessageView> & Pick<Traced, 'subjectsHidden'> = await api.get('/messages', {
      ...query,
      cursor,
      limit: pageSize,
    });
    messages.push(...page.items);
    subjectsHidden = page.subjectsHidden;
    cursor = page.next;
  } while (cursor !== undefined && messages.length < limit);
  return { messages, isMore: cursor !== undefined, subjectsHidden };
}

function listed(rows: readonly MessageView[]): string {
  return table(
    rows,
    [
      ['TIME', (m) => localTime(m.at)],
      ['OUTCOME', (m) => m.outcome],
      ['FROM WHOM', (m) => [m.connectorName, m.saslUsername].filter((name) => name !== undefined).join(' / ')],
      ['CLIENT', (m) => m.clientAddress],
      ['SENDER', (m) => (m.envelopeSender === '' ? '<>' : shortened(m.envelopeSender, 40))],
      ['RECIPIENTS', recipientsOf],
      ['BECAME', becameOf],
      ['ANSWER', (m) => shortened(m.reply, 60)],
    ],
    'No messages.',
  );
}

function recipientsOf({ recipients }: MessageView): string {
  const first = shortened(recipients[0]?.address ?? '', 40);
  return recipients.length <= 1 ? first : `${first} and ${recipients.length - 1} more`;
}

/** "delivered", "3 delivered, 1 bounced"; '' where nobody was let pass. */
function becameOf({ recipients }: MessageView): string {
  const counts = new Map<string, number>();
  for (const { fate } of recipients) counts.set(fate.status, (counts.get(fate.status) ?? 0) + 1);
  counts.delete('refused');
  if (counts.size === 1 && recipients.length === 1) return [...counts.keys()][0]!;
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}
