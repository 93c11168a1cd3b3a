// cordon blocked | unblock | restrict: the restricted entities.
import { type Command, Option } from 'commander';
import type { ApiClient } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { tellNotices } from '../notices.ts';
import { entityId, restrictedId } from '../resolve.ts';
import type { EvidenceView, RestrictedDetails, RestrictedView, WhatGotOutView } from '../resources.ts';
import { sheet, shortened, shown, table } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

const ID = 'GUID, or name or login if unique';

export function addRestrictedCommands(program: Command, line: CommandLine): void {
  const blocked = program.command('blocked').description('See who is restricted, and why.');
  overApi<ListOptions>(
    blocked
      .command('list', { isDefault: true })
      .description('List the restricted entities, newest first.')
      .addOption(new Option('--kind <KIND>', 'only these').choices(['connector', 'user']))
      .option('--all', 'also those whose restriction has ended', false),
    line,
    async ({ api, show, stderr }, _args, { kind, all }) => {
      const state = all ? 'all' : 'restricted';
      const items = await api.all<RestrictedView>('/restricted-entities', { kind, state, limit: 10_000 });
      await tellNotices({ api, stderr });
      show(items, (rows) => listed(rows, all));
    },
  );
  overApi(
    blocked.command('show').description('Show a restricted entity with the evidence.').argument('<ID>', ID),
    line,
    async ({ api, show }, [id]) => {
      const path = `/restricted-entities/${await restrictedId(api, id!)}`;
      const entity = await api.get<RestrictedDetails>(path);
      const { since, messages, recipients } = await api.get<WhatGotOutView>(`${path}/what-got-out`);
      show({ ...entity, whatGotOut: { since, messages, recipients } }, details);
    },
  );

  overApi<{ reason: string; grace: string; learn: boolean }>(
    program
      .command('unblock')
      .description('Let a restricted connector or user send again. Regain control of it first.')
      .argument('<ID>', ID)
      .option('--reason <TEXT>', 'why, for the audit log', '')
      .addOption(
        new Option('--grace <HOURS>', 'judged and alerted, but not blocked, for so long')
          .choices(['0', '1', '4', '24'])
          .default('0'),
      )
      .option('--learn', 'what was sent is normal: learn the messages of the incident', false),
    line,
    async ({ api, show, stderr }, [id], { reason, grace, learn }) => {
      const path = `/restricted-entities/${await restrictedId(api, id!)}`;
      const { recommendations } = await api.get<RestrictedDetails>(path);
      stderr.write(`${doneAlready(recommendations)}\n`);
      const ended = await api.post<RestrictedView>(`${path}/unblock`, { reason, graceHours: Number(grace), learn });
      show(ended, ({ kind, name }) => `${kind} ${shown(name)} may send again.\n`);
    },
  );

  overApi<{ reason: string; until?: string }>(
    program
      .command('restrict')
      .description('Stop a connector (relaying) or a user (everything) from sending.')
      .argument('<ID>', ID)
      .option('--reason <TEXT>', 'why, for the audit log', '')
      .option('--until <TIME>', 'a time, or a span such as 4h; else until somebody unblocks it'),
    line,
    async ({ api, now, show, stderr }, [id], { reason, until }) => {
      const end = until === undefined ? undefined : readTime('--until', until, now(), 'future');
      const made = await restrict(api, id!, reason, end);
      if (!made.durable) stderr.write('cordon: not on disk yet: its mail is deferred until it is, see the log.\n');
      show(made, ({ kind, name, until: to }) => `${kind} ${shown(name)} is restricted${untilText(to)}.\n`);
    },
  );
}

interface ListOptions {
  readonly kind?: string;
  readonly all: boolean;
}

async function restrict(
  api: ApiClient,
  id: string,
  reason: string,
  until: string | undefined,
): Promise<RestrictedView> {
  return api.post(`/restricted-entities/${await entityId(api, id)}/restrict`, { reason, until });
}

function untilText(until: string | undefined): string {
  return until === undefined ? '' : ` until ${localTime(until)}`;
}

function listed(rows: readonly RestrictedView[], withEnd: boolean): string {
  return table<RestrictedView>(
    rows,
    [
      ['KIND', (r) => r.kind],
      ['NAME', (r) => r.name],
      ['SINCE', (r) => localTime(r.since)],
      ['UNTIL', (r) => localTime(r.until)],
      ...(withEnd ? [['ENDED', (r: RestrictedView) => localTime(r.ended?.at)] as const] : []),
      ['CAUSE', (r) => r.cause],
      ['REASON', (r) => shortened(r.reason, 60)],
      ['ID', (r) => r.id],
    ],
    'Nobody is restricted.',
  );
}

function details(entity: RestrictedDetails & { readonly whatGotOut: WhatGotOutView }): string {
  const head = sheet([
    [entity.kind, entity.name],
    ['id', entity.id],
    ['restricted since', localTime(entity.since)],
    ['until', entity.until === undefined ? 'somebody unblocks it' : localTime(entity.until)],
    ['cause', entity.cause],
    ['reason', entity.reason],
    ['restricted by', entity.restrictedBy],
    ['incident', entity.incidentId],
    ['on disk', entity.durable ? '' : 'not yet: its mail is deferred'],
    ['got out', gotOut(entity.whatGotOut)],
  ]);
  const evidence = entity.evidence === undefined ? '' : `\n${evidenceText(entity.evidence)}`;
  const history = entity.history.length === 0 ? '' : `\n${historyText(entity.history)}`;
  return `${head}${evidence}${history}\n${recommendationsText(entity.recommendations)}`;
}

/** "12 messages to 48 recipients since ...: 30 delivered, 4 still queued, 14 bounced" */
function gotOut({ since, messages, recipients }: WhatGotOutView): string {
  const { accepted, delivered, queued, bounced, unknown } = recipients;
  const told =
    unknown === accepted
      ? ['unknown, no mail log is followed']
      : [`${delivered} delivered`, `${queued} still queued`, `${bounced} bounced`, ...some(unknown, 'unknown')];
  const head = `${many(messages, 'message')} to ${many(accepted, 'recipient')} since ${localTime(since)}`;
  return accepted === 0 ? `nothing since ${localTime(since)}` : `${head}: ${told.join(', ')}`;
}

function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function some(count: number, word: string): string[] {
  return count === 0 ? [] : [`${count} ${word}`];
}

function evidenceText({ sum, threshold, tippedBy, families }: EvidenceView): string {
  const head = sheet([
    ['evidence', `${sum.toFixed(1)}, threshold ${threshold}`],
    ['tipped by', `${tippedBy.messageId} (queue id ${tippedBy.queueId}) at ${localTime(tippedBy.at)}`],
  ]);
  const rows = table(
    families,
    [
      ['FAMILY', (f) => f.family],
      ['SUM', (f) => f.sum.toFixed(1)],
      ['WHAT WAS SEEN', (f) => f.words],
      ['MESSAGES', (f) => f.messages.map((m) => `${m.messageId} (${m.term.toFixed(1)})`).join(', ')],
    ],
    'No family spoke.',
  );
  return `${head}\n${rows}`;
}

/** A reminder in a line; the steps are in `cordon blocked show`. The last one is this command. */
function doneAlready(steps: RestrictedDetails['recommendations']): string {
  return `Done already? ${steps
    .slice(0, -1)
    .map(({ title }) => shown(title))
    .join('; ')}.`;
}

/** The steps as a numbered list, with what to type. */
function recommendationsText(steps: RestrictedDetails['recommendations']): string {
  const lines = steps.flatMap(({ title, text, command }, i) => [
    `${i + 1}. ${title}. ${text}`,
    ...(command?.split('\n') ?? []).map((typed) => `     ${typed}`),
  ]);
  return `What to do:\n${lines.map((line) => `${shown(line)}\n`).join('')}`;
}

function historyText(history: readonly RestrictedView[]): string {
  const rows = table(
    history,
    [
      ['RESTRICTED', (r) => localTime(r.since)],
      ['CAUSE', (r) => r.cause],
      ['ENDED', (r) => localTime(r.ended?.at)],
      ['BY', (r) => r.ended?.by ?? ''],
      ['WHY', (r) => shortened(r.ended?.reason ?? '', 60)],
    ],
    '',
  );
  return `Earlier restrictions:\n${rows}`;
}
