// cordon alerts [list|show|set|comment]: what an admin must hear of, also of what `observe` would have blocked.
import type { Command } from 'commander';
import type { ApiClient, Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { tellNotices } from '../notices.ts';
import { organizationId } from '../resolve.ts';
import type { AlertDetailsView, AlertView } from '../resources.ts';
import { sheet, table } from '../terminal.ts';
import { localTime, readTime } from '../times.ts';

/** What is said beside one while nothing is raised. */
export const AUDIT_LOG_IS_OFF = 'The audit log is off: no alerts are raised while it is.\n';

interface ListOptions {
  readonly limit: string;
  readonly status?: string;
  readonly severity?: string;
  readonly policy?: string;
  readonly entity?: string;
  readonly assignee?: string;
  readonly from?: string;
  readonly until?: string;
  readonly organization?: string;
}

interface SetOptions {
  readonly status?: string;
  readonly assignee?: string;
  readonly classify?: string;
}

export function addAlertCommands(program: Command, line: CommandLine): void {
  const alerts = program.command('alerts').description('Alerts: what an admin must hear of.');

  overApi<ListOptions>(
    alerts
      .command('list', { isDefault: true })
      .description('List the alerts, newest first.')
      .option('--status <STATUS>', 'New, InProgress or Resolved')
      .option('--severity <SEVERITY>', 'Low, Medium, High or Informational')
      .option('--policy <NAME>', 'of this alert policy')
      .option('--entity <ID>', 'about this connector or user: GUID')
      .option('--assignee <NAME>', 'that he looks after')
      .option('--from <TIME>', 'with an activity since then: a time, or a span such as 2d')
      .option('--until <TIME>', 'with an activity before')
      .option('--organization <ID>', 'of this one alone: GUID or name')
      .option('--limit <COUNT>', 'at most so many, up to 1000', '50'),
    line,
    async ({ api, now, show, stderr }, _args, options) => {
      const { items } = await listOf(api, options, now());
      await tellNotices({ api, stderr });
      show(items, listed);
    },
  );

  overApi(
    alerts
      .command('show')
      .description('Show an alert with its activities and comments.')
      .argument('<ID>', 'GUID of the alert'),
    line,
    async ({ api, show, stderr }, [id]) => {
      const alert = await api.get<AlertDetailsView>(pathOf(id!));
      if (!alert.auditLog) stderr.write(AUDIT_LOG_IS_OFF);
      show(alert, details);
    },
  );

  overApi<SetOptions>(
    alerts
      .command('set')
      .description('Say how far an alert is, who looks after it, and what it turned out to be.')
      .argument('<ID>', 'GUID of the alert')
      .option('--status <STATUS>', 'New, InProgress or Resolved')
      .option('--assignee <NAME>', "who looks after it; '' for nobody")
      .option('--classify <CLASS>', "TruePositive, InformationalExpectedActivity or FalsePositive; '' for none"),
    line,
    async ({ api, show }, [id], { status, assignee, classify }) => {
      const change = { status, assignee: emptyAsNull(assignee), classification: emptyAsNull(classify) };
      show(await api.patch<AlertDetailsView>(pathOf(id!), change), details);
    },
  );

  overApi(
    alerts
      .command('comment')
      .description('Comment on an alert.')
      .argument('<ID>', 'GUID of the alert')
      .argument('<TEXT>', 'at most 1000 characters'),
    line,
    async ({ api, show }, [id, text]) => {
      await api.post(`${pathOf(id!)}/comments`, { text });
      show(await api.get<AlertDetailsView>(pathOf(id!)), details);
    },
  );
}

const pathOf = (id: string): string => `/alerts/${encodeURIComponent(id)}`;
const emptyAsNull = (text: string | undefined): string | null | undefined => (text === '' ? null : text);

async function listOf(
  api: ApiClient,
  { entity, organization, from, until, ...equal }: ListOptions,
  now: number,
): Promise<Page<AlertView>> {
  return api.get('/alerts', {
    limit: equal.limit,
    status: equal.status,
    severity: equal.severity,
    policy: equal.policy,
    assignee: equal.assignee,
    entityId: entity,
    organizationId: organization === undefined ? undefined : await organizationId(api, organization),
    from: from === undefined ? undefined : readTime('--from', from, now, 'past'),
    until: until === undefined ? undefined : readTime('--until', until, now, 'past'),
  });
}

/** As Microsoft's pages write it. */
const statusText = (status: string): string => (status === 'InProgress' ? 'In progress' : status);

function listed(rows: readonly AlertView[]): string {
  return table(
    rows,
    [
      ['TIME', (alert) => localTime(alert.lastActivityAt)],
      ['SEVERITY', (alert) => alert.severity],
      ['STATUS', (alert) => statusText(alert.status)],
      ['ALERT', (alert) => alert.policy],
      ['HITS', (alert) => String(alert.hitCount)],
      ['WHAT', (alert) => alert.summary],
      ['ID', (alert) => alert.id],
    ],
    'No alerts.',
  );
}

function details(alert: AlertDetailsView): string {
  const { activities, comments, olderActivities } = alert;
  const head = sheet([
    ['alert', alert.policy],
    ['severity', alert.severity],
    ['status', statusText(alert.status)],
    ['assignee', alert.assignee],
    ['classification', alert.classification],
    [alert.entityKind ?? 'part', alert.entityName],
    ['entity', alert.entityId],
    ['incident', alert.incidentId],
    ['what', alert.summary],
    ['first activity', localTime(alert.firstActivityAt)],
    ['last activity', localTime(alert.lastActivityAt)],
    ['hits', String(alert.hitCount)],
    ['notifications', String(alert.notified)],
  ]);
  const said = comments.map(({ at, by, text }) => [`${localTime(at)} ${by}`, text] as const);
  const older = olderActivities === 0 ? '' : `and ${olderActivities} older ones\n`;
  return [head, `${activityTable(activities)}${older}`, ...(said.length === 0 ? [] : [sheet(said)])].join('\n');
}

function activityTable(activities: AlertDetailsView['activities']): string {
  return table(
    activities,
    [
      ['TIME', ({ at }) => localTime(at)],
      ['ACTIVITY', ({ activity, operation }) => operation || activity],
      ['BY', ({ by }) => by],
      ['FROM', ({ clientAddress }) => clientAddress],
      ['TOLD', ({ notified, notToldBecause }) => (notified ? 'yes' : `no: ${notToldBecause}`)],
      ['WHAT', ({ words }) => words],
    ],
    'No activities are kept.',
  );
}
