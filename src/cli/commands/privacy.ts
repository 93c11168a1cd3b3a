// cordon forget: an address is erased. cordon organization: how long an organization's data are kept.
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CordonError } from '../../errors.ts';
import { ApiError, type Page } from '../api-client.ts';
import { type ApiCommand, type CommandLine, overApi } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { organizationId } from '../resolve.ts';
import type { ErasureView, OrganizationView } from '../resources.ts';
import { progressBar, sheet, shown, table } from '../terminal.ts';

/** How often the guard is asked how far it has come, milliseconds: short erasures at once, long ones without haste. */
const POLL_MS = [20, 50, 100, 250, 500];

export function addPrivacyCommands(program: Command, line: CommandLine): void {
  overApi<{ organization?: string; dryRun: boolean; yes: boolean }>(
    program
      .command('forget')
      .description(
        'Erase an address from journal and evidence, and put a pseudonym in its place in the audit log. Says first how much there is.',
      )
      .argument('<ADDRESS>', 'mail address')
      .option('--organization <ID>', "in this organization's records only: GUID, or name if unique")
      .option('--dry-run', 'only say how much there is', false)
      .option('--yes', 'do not ask', false),
    line,
    async (to, [address], options) => {
      const { api, show, stderr } = to;
      const owner = options.organization === undefined ? undefined : await organizationId(api, options.organization);
      const order = { address, organizationId: owner };
      if (options.dryRun || !options.yes) {
        const counted = await erasure(to, { ...order, countOnly: true }, 'search');
        if (options.dryRun) return show(counted, told);
        stderr.write(told(counted));
        const sure = await confirmed(line.stdin, stderr, `Forget ${shown(address!)}? This cannot be undone.`);
        if (!sure) {
          stderr.write('Nothing was erased.\n');
          return line.setExitStatus(EXIT.failed);
        }
      }
      show(await erasure(to, { ...order, countOnly: false }, 'forget'), told);
    },
  );

  const organization = program
    .command('organization')
    .description('Organizations: how long their data are kept, and how much of a subject.');
  overApi(organization.command('list').description('List the organizations.'), line, async ({ api, show }) => {
    show((await api.get<Page<OrganizationView>>('/organizations')).items, listed);
  });
  overApi<KeepingOptions & { name?: string }>(
    withKeepingOptions(
      organization
        .command('set')
        .description('Change an organization.')
        .argument('<ID>', 'GUID, or name if unique')
        .option('--name <NAME>', 'another name'),
    ),
    line,
    async ({ api, show }, [id], { name, journalDays, evidenceDays, auditDays, subjects }) => {
      const chosen = Object.entries({ journalDays, evidenceDays, auditDays, subjects });
      const keeping = chosen.map(([key, value]) => [key, value === DEFAULT ? null : value] as const);
      const body = { name, ...Object.fromEntries(keeping) };
      if (Object.values(body).every((value) => value === undefined)) {
        throw new CordonError('INVALID_REQUEST', 'nothing to change: give at least one option');
      }
      const path = `/organizations/${await organizationId(api, id!)}`;
      show(await api.patch<OrganizationView>(path, body), (changed) => listed([changed]));
    },
  );
}

/** Begins it and waits until it has ended, with a progress bar. Throws what the guard says where it failed. */
async function erasure({ api, stderr }: ApiCommand, order: object, title: string): Promise<ErasureView> {
  const bar = progressBar(stderr, title);
  try {
    let state = await api.post<ErasureView>('/erasures', order);
    for (let i = 0; state.state === 'running'; i++) {
      bar.show(state.progress, 1);
      await wait(POLL_MS[i] ?? POLL_MS.at(-1)!);
      state = await api.get<ErasureView>(`/erasures/${state.id}`);
    }
    bar.show(state.progress, 1);
    if (state.error === undefined) return state;
    throw new ApiError(state.error.code.toUpperCase(), state.error.detail, state.error.advice);
  } finally {
    bar.end();
  }
}

function told({ countOnly, found, pseudonym, stillNamed }: ErasureView): string {
  const total = Object.values(found).reduce((sum, count) => sum + count, 0);
  const counts = sheet([
    ['journal records', String(found.journalRecords)],
    ['restrictions', String(found.restrictions)],
    ['alerts', String(found.alerts)],
    ['exception windows', String(found.exceptionWindows)],
    ['audit records', String(found.auditRecords)],
  ]);
  const head =
    total === 0 ? 'Nothing mentions it.\n' : `${countOnly ? 'It is mentioned in' : 'It was erased from'}\n${counts}`;
  const instead = countOnly || found.auditRecords === 0 ? '' : `In the audit log it is ${pseudonym} now.\n`;
  const stays = stillNamed.map((where) => `It stays in ${shown(where)}: it is in use there.\n`).join('');
  return `${head}${instead}${stays}`;
}

/** As cordon.yaml has it for all. */
const DEFAULT = 'default';

interface KeepingOptions {
  readonly journalDays?: number | typeof DEFAULT;
  readonly evidenceDays?: number | typeof DEFAULT;
  readonly auditDays?: number | typeof DEFAULT;
  readonly subjects?: string;
}

function withKeepingOptions(command: Command): Command {
  return command
    .option('--journal-days <DAYS>', `how long the message trace is kept; ${DEFAULT}: as cordon.yaml has it`, readDays)
    .option('--evidence-days <DAYS>', 'how long alerts are kept, and evidence after the restriction ended', readDays)
    .option('--audit-days <DAYS>', 'how long audit records are kept, and restrictions after they ended', readDays)
    .addOption(
      new Option('--subjects <HOW>', 'how much of a subject the journal keeps').choices([
        'full',
        'first-20',
        'off',
        DEFAULT,
      ]),
    );
}

function readDays(text: string): number | typeof DEFAULT {
  if (text === DEFAULT) return text;
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError(`Must be a whole number of days, or ${DEFAULT}.`);
  return Number(text);
}

function listed(rows: readonly OrganizationView[]): string {
  return table(
    rows,
    [
      ['NAME', (o) => o.name],
      ['JOURNAL DAYS', (o) => String(o.journalDays)],
      ['EVIDENCE DAYS', (o) => String(o.evidenceDays)],
      ['AUDIT DAYS', (o) => String(o.auditDays)],
      ['SUBJECTS', (o) => o.subjects],
      ['ID', (o) => o.id],
    ],
    'There are no organizations.',
  );
}
