// cordon audit: who changed what. It is listed, exported, verified, and turned on and off.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CordonError } from '../../errors.ts';
import type { ApiClient, Page, Query } from '../api-client.ts';
import { type ApiCommand, type AuditHead, type AuditVerification, type CommandLine, overApi } from '../command-line.ts';
import { type DataOptions, dataDirectoryOf, withBar, withDataOptions } from '../data-directory.ts';
import { readCount } from '../read-count.ts';
import { organizationId } from '../resolve.ts';
import type { AdminAuditLogConfigView, AuditView } from '../resources.ts';
import { json, type Output, shown, table, written } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

interface Filters {
  readonly from?: string;
  readonly until?: string;
  readonly operation?: readonly string[];
  readonly user?: string;
  readonly entity?: string;
  readonly address?: string;
  readonly text?: string;
  readonly organization?: string;
}

export function addAuditCommands(program: Command, line: CommandLine): void {
  const audit = program.command('audit').description('The audit log: list, export and verify it, turn it on and off.');
  overApi<Filters & { limit: number }>(
    withFilters(audit.command('list', { isDefault: true }).description('List who changed what, newest first.')).option(
      '--limit <COUNT>',
      'at most so many',
      readCount,
      50,
    ),
    line,
    async (to, _args, { limit, ...filters }) => {
      const { records, isMore } = await search(to.api, await queryOf(to, filters), limit);
      to.show(records, listed);
      if (isMore) to.stderr.write(`There are more than ${limit}: narrow the search, or raise --limit.\n`);
    },
  );

  overApi<Filters & { format: string; output?: string }>(
    withFilters(audit.command('export').description('Export audit records, newest first. Exporting is audited.'))
      .addOption(new Option('--format <FORMAT>', 'of the records').choices(['csv', 'jsonl']).default('csv'))
      .option('--output <FILE>', 'else to standard output'),
    line,
    async (to, _args, { format, output, ...filters }) => {
      const pieces = to.api.download('/audit-records/export', { ...(await queryOf(to, filters)), format });
      await (output === undefined ? print(pieces, line.stdout) : save(pieces, output));
    },
  );

  for (const [name, unifiedAuditLogIngestionEnabled, what] of SWITCHES) {
    overApi<{ organization?: string }>(
      audit
        .command(name)
        .description(`Turn the audit log ${name}: ${what}`)
        .option('--organization <ID>', 'whose, if there are several: GUID, or name if unique'),
      line,
      async ({ api, show }, _args, { organization }) => {
        const owner = organization === undefined ? undefined : await organizationId(api, organization);
        const body = { organizationId: owner, unifiedAuditLogIngestionEnabled };
        const changed = await api.put<AdminAuditLogConfigView>('/admin-audit-log-config', body);
        show(changed, () => `The audit log is ${name}.\n`);
      },
    );
  }
  addVerifyCommand(audit, line);
}

const SWITCHES = [
  ['on', true, 'changes are recorded, and alerts fire.'],
  ['off', false, 'changes are not recorded and no alerts fire. That it was turned off is recorded.'],
] as const;

function addVerifyCommand(audit: Command, line: CommandLine): void {
  withDataOptions(
    audit
      .command('verify')
      .description('Find records that were changed, removed, moved, put in or cut off; also while the guard serves.')
      .option(
        '--head <ORGANIZATION:SEQUENCE:MAC>',
        'a head from the process log or the webhook; repeatable',
        readHead,
        [],
      ),
  ).action(async (options: DataOptions & { readonly head: readonly AuditHead[] }) => {
    const dataDirectory = await dataDirectoryOf(options, line);
    const found = await withBar('verify', line, (onProgress) =>
      line.verifyAudit({ dataDirectory, heads: options.head, onProgress }),
    );
    line.stdout.write(options.json ? json(found) : verified(found));
    const words = wrongWith(found);
    if (words !== undefined) throw new CordonError('AUDIT_BROKEN', words);
  });
}

/** Undefined where the log is whole and somebody vouches for the end of each chain. */
function wrongWith({ broken, headsFile, unwitnessed, chains }: AuditVerification): string | undefined {
  if (broken > 0) return `${broken === 1 ? 'one thing is' : `${broken} things are`} wrong with the audit log`;
  if (headsFile === 'forged') return 'audit-heads.json was not written by the guard';
  if (headsFile === 'missing' && chains.length === 0) return 'audit-heads.json is missing, and so are all records';
  if (unwitnessed.length === 0) return undefined;
  return headsFile === 'missing' ? 'audit-heads.json is missing' : 'audit-heads.json was missing or forged before';
}

function readHead(text: string, before: readonly AuditHead[]): readonly AuditHead[] {
  const [, owner, sequence, mac] = /^([0-9a-f-]{36}|provider|):(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (owner === undefined)
    throw new InvalidArgumentError("Must be ORGANIZATION:SEQUENCE:MAC; '' or provider for the provider's own.");
  const id = owner.toLowerCase() === 'provider' ? '' : owner.toLowerCase();
  return [...before, { organizationId: id, sequence: Number(sequence), mac: mac!.toLowerCase() }];
}

function withFilters(command: Command): Command {
  const several = (text: string, before: readonly string[] = []) => [...before, text];
  return command
    .option('--from <TIME>', 'not before; a time, or a span such as 24h ago')
    .option('--until <TIME>', 'before; a time, or a span such as 1h ago')
    .option('--operation <NAME>', 'exact, such as Remove-BlockedConnector; repeatable: any of them', several)
    .option('--user <NAME>', 'exact name of who did it')
    .option('--entity <ID>', 'exact id of what was changed')
    .option('--address <ADDRESS>', 'where it was done from')
    .option('--text <TEXT>', 'anywhere in the record')
    .option('--organization <ID>', 'only its records: GUID, or name if unique');
}

async function queryOf({ api, now }: ApiCommand, filters: Filters): Promise<Query> {
  const { from, until, operation, user, entity, address, text, organization } = filters;
  return {
    from: from === undefined ? undefined : readTime('--from', from, now(), 'past'),
    until: until === undefined ? undefined : readTime('--until', until, now(), 'past'),
    operation,
    user,
    entity,
    clientAddress: address,
    text,
    organizationId: organization === undefined ? undefined : await organizationId(api, organization),
  };
}

async function search(
  api: ApiClient,
  query: Query,
  limit: number,
): Promise<{ readonly records: readonly AuditView[]; readonly isMore: boolean }> {
  const records: AuditView[] = [];
  let cursor: string | undefined;
  do {
    const pageSize = Math.min(1_000, limit - records.length);
    const page: Page<AuditView> = await api.get('/audit-records', { ...query, cursor, limit: pageSize });
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && records.length < limit);
  return { records, isMore: cursor !== undefined };
}

/** Waits where the reader is slower than the guard. */
async function print(pieces: AsyncIterable<Uint8Array>, stdout: Output): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    await written(stdout, decoder.decode(piece, { stream: true }));
  }
}

/** The file gets its name when all is in it; interrupted, there is none. */
async function save(pieces: AsyncIterable<Uint8Array>, output: string): Promise<void> {
  const draft = `${output}.unfinished`;
  const tidy = () => rmSync(draft, { force: true });
  const onSignal = () => {
    tidy();
    process.exit(130);
  };
  process.once('SIGINT', onSignal);
  try {
    const file = open(draft);
    try {
      for await (const piece of pieces) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
    renameSync(draft, output);
  } catch (error) {
    tidy();
    throw error;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'w', 0o600);
  } catch (cause) {
    throw new CordonError('INVALID_REQUEST', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function listed(rows: readonly AuditView[]): string {
  return table(
    rows,
    [
      ['TIME', (r) => localTime(r.at)],
      ['WHO', (r) => r.by],
      ['FROM', (r) => r.clientAddress],
      ['OPERATION', (r) => r.operation],
      ['OBJECT', (r) => r.objectId],
      ['RESULT', (r) => r.result],
    ],
    'No audit records.',
  );
}

function verified(found: AuditVerification): string {
  const { records, pseudonymised, chains, breaks, broken } = found;
  const forgotten = pseudonymised === 0 ? '' : `, ${pseudonymised} of them pseudonymised by \`cordon forget\``;
  const head = `${records} records in ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'}${forgotten}.\n`;
  const noHeads = found.unwitnessed
    .map((id) => `Whether records were cut off the end of the chain of ${ownerText(id)} is not known without --head.\n`)
    .join('');
  if (broken === 0)
    return `${head}${noHeads}${wrongWith(found) === undefined ? 'All of them are as they were written.\n' : ''}`;
  const rows = table(
    breaks,
    [
      ['ORGANIZATION', (b) => ownerText(b.organizationId)],
      ['SEQUENCE', (b) => String(b.sequence)],
      ['FOUND', (b) => b.kind],
      ['RECORD', (b) => b.record?.id ?? ''],
      ['OPERATION', (b) => b.record?.operation ?? ''],
      ['TIME', (b) => (b.record === undefined ? '' : timeOf(b.record.at))],
      ['WHAT', (b) => b.says],
    ],
    '',
  );
  const more = broken > breaks.length ? `And ${broken - breaks.length} more.\n` : '';
  return `${head}${noHeads}${rows}${more}`;
}

/** As --head takes it. */
const ownerText = (organizationId: string): string => (organizationId === '' ? 'provider' : organizationId);

/** Somebody may have written there what is no time. */
function timeOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? shown(String(at)) : localTime(date.toISOString());
}
