// cordon apply: the guard as a file says. Shows what would change, asks, and changes it.
import type { Command } from 'commander';
import { type CommandLine, overApi, type PlannedChange } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { progressBar, shown } from '../terminal.ts';

interface ApplyArguments {
  readonly file: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly yes: boolean;
  readonly json?: boolean;
}

export function addApplyCommand(program: Command, line: CommandLine): void {
  overApi<ApplyArguments>(
    program
      .command('apply')
      .summary('bring organizations, domains, limits and connectors to what a file says')
      .description(
        'Bring organizations, domains, limits and connectors to what a file says: shows what would change first, and asks.',
      )
      .requiredOption('-f, --file <FILE>', 'YAML; docs/apply.md has a whole example')
      .option('--dry-run', `only show; exit status ${EXIT.differs} where something would change`, false)
      .option('--prune', 'also delete connectors, domains and limits of logins that the file does not list', false)
      .option('--yes', 'do not ask', false),
    line,
    async ({ api, show, stderr }, _args, { file, prune, dryRun, yes, json }) => {
      const bar = progressBar(stderr, 'apply');
      const agree = async (changes: readonly PlannedChange[]) => {
        show({ changes }, () => planText(changes));
        if (changes.length === 0) return true;
        if (dryRun) line.setExitStatus(EXIT.differs);
        if (dryRun || yes) return !dryRun;
        const sure = await confirmed(line.stdin, stderr, 'Apply?');
        if (!sure) {
          stderr.write('Nothing was applied.\n');
          line.setExitStatus(EXIT.failed);
        }
        return sure;
      };
      try {
        let count = 0;
        const onProgress = (done: number, total: number) => {
          count = done;
          bar.show(done, total);
        };
        const isApplied = await line.apply({ file, api, prune, agree, onProgress });
        bar.end();
        if (isApplied && count > 0 && json !== true) line.stdout.write(`${changesText(count)} applied.\n`);
      } finally {
        bar.end();
      }
    },
  );
}

const MARKS = { create: '+', change: '~', delete: '-' } as const;

function planText(changes: readonly PlannedChange[]): string {
  if (changes.length === 0) return 'Everything is as the file says.\n';
  const entries = changes.map(({ kind, what, fields }) => {
    const lines = fields.map(({ name, from, to }) =>
      kind === 'create'
        ? `    ${shown(name)}: ${valueText(to)}\n`
        : `    ${shown(name)}: ${valueText(from)} -> ${valueText(to)}\n`,
    );
    return `${MARKS[kind]} ${shown(what)}\n${lines.join('')}`;
  });
  const count = (kind: PlannedChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return `${entries.join('')}${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete.\n`;
}

/** "192.0.2.0/24, 198.51.100.7/32", "500:refuse", "none". */
function valueText(value: unknown): string {
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  if (Array.isArray(value)) return value.map((each) => shown(String(each))).join(', ');
  if (typeof value !== 'object' || value === null) return shown(String(value));
  const { most, action } = value as { most?: unknown; action?: unknown };
  if (most !== undefined) return `${String(most)}:${shown(String(action))}`;
  const parts = Object.entries(value).map(([name, inner]) => `${shown(name)}=${valueText(inner)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function changesText(count: number): string {
  return `${count} ${count === 1 ? 'change is' : 'changes are'}`;
}
