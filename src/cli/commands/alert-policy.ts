// cordon alert-policy list | show | set | add | remove: on what an alert is raised, and who is told of it.
import type { Command } from 'commander';
import { CordonError } from '../../errors.ts';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { tellNotices } from '../notices.ts';
import { alertPolicyId, organizationId } from '../resolve.ts';
import type { AlertPolicyView } from '../resources.ts';
import { sheet, table } from '../terminal.ts';
import { AUDIT_LOG_IS_OFF } from './alerts.ts';

interface SettingOptions {
  readonly on?: boolean;
  readonly off?: boolean;
  readonly notify?: boolean;
  readonly addRecipient?: readonly string[];
  readonly removeRecipient?: readonly string[];
  readonly dailyLimit?: string;
  readonly severity?: string;
  readonly category?: string;
  readonly comment?: string;
  readonly condition?: readonly string[];
  readonly threshold?: string;
  readonly windowMinutes?: string;
  readonly rename?: string;
  readonly organization?: string;
}

export function addAlertPolicyCommands(program: Command, line: CommandLine): void {
  const policies = program
    .command('alert-policy')
    .description('Alert policies: on what an alert is raised, and who is told of it.');

  overApi<{ organization?: string }>(
    policies
      .command('list', { isDefault: true })
      .description('List the alert policies.')
      .option('--organization <ID>', 'of this one alone: GUID or name'),
    line,
    async ({ api, show, stderr }, _args, { organization }) => {
      const whose = organization === undefined ? undefined : await organizationId(api, organization);
      const { items } = await api.get<Page<AlertPolicyView>>('/alert-policies', { organizationId: whose });
      await tellNotices({ api, stderr });
      show(items, listed);
    },
  );

  overApi<{ organization?: string }>(
    policies
      .command('show')
      .description('Show an alert policy.')
      .argument('<NAME>', 'name or GUID')
      .option('--organization <ID>', 'whose, if there are several: GUID or name'),
    line,
    async ({ api, show, stderr }, [name], { organization }) => {
      const id = await alertPolicyId(api, name!, organization);
      const policy = await api.get<AlertPolicyView & { auditLog: boolean }>(`/alert-policies/${id}`);
      if (!policy.auditLog) stderr.write(AUDIT_LOG_IS_OFF);
      show(policy, details);
    },
  );

  overApi<SettingOptions>(
    withSettings(
      policies
        .command('set')
        .description('Change an alert policy. Of a system policy: on or off, notifications, recipients, daily limit.')
        .argument('<NAME>', 'name or GUID')
        .option('--rename <NAME>', 'call it so'),
    ),
    line,
    async ({ api, show }, [name], options) => {
      const id = await alertPolicyId(api, name!, options.organization);
      const before = await api.get<AlertPolicyView>(`/alert-policies/${id}`);
      const changes = { ...settingsIn(options, before.recipients), name: options.rename };
      show(await api.patch<AlertPolicyView>(`/alert-policies/${id}`, changes), details);
    },
  );

  overApi<SettingOptions & { activity: string }>(
    withSettings(
      policies
        .command('add')
        .description('Make an alert policy of your own.')
        .argument('<NAME>', 'how it is called')
        .requiredOption(
          '--activity <ACTIVITY>',
          'ConnectorRestricted, UserRestricted, SuspiciousSending, SendingLimitExceeded, ConnectorChanged',
        ),
    ),
    line,
    async ({ api, show }, [name], { activity, ...options }) => {
      const whose = options.organization === undefined ? undefined : await organizationId(api, options.organization);
      const body = { ...settingsIn(options, ['TenantAdmins']), name, activity, organizationId: whose };
      show(await api.post<AlertPolicyView>('/alert-policies', body), details);
    },
  );

  overApi<{ organization?: string }>(
    policies
      .command('remove')
      .description('Delete an alert policy of your own.')
      .argument('<NAME>', 'name or GUID')
      .option('--organization <ID>', 'whose, if there are several: GUID or name'),
    line,
    async ({ api, show }, [name], { organization }) => {
      const id = await alertPolicyId(api, name!, organization);
      await api.delete(`/alert-policies/${id}`);
      show({ id }, () => `alert policy ${name} is deleted.\n`);
    },
  );
}

function withSettings(command: Command): Command {
  return command
    .option('--on', 'raise alerts')
    .option('--off', 'raise none')
    .option('--notify', 'tell the recipients')
    .option('--no-notify', 'tell nobody')
    .option('--add-recipient <ADDRESS...>', 'mail addresses, or TenantAdmins for the Global Administrators')
    .option('--remove-recipient <ADDRESS...>', 'tell them no more')
    .option('--daily-limit <COUNT>', 'notifications of an entity in a day, 0 to 3')
    .option('--severity <SEVERITY>', 'Low, Medium, High or Informational')
    .option('--category <CATEGORY>', 'ThreatManagement, MailFlow, Others ...')
    .option('--comment <TEXT>', 'what it is for')
    .option('--condition <CONDITION...>', "'EntityName like printer*'; all must hold; '' for none")
    .option('--threshold <COUNT>', 'so many activities within the window raise the alert')
    .option('--window-minutes <MINUTES>', 'how long the window is')
    .option('--organization <ID>', 'whose, if there are several: GUID or name');
}

function settingsIn(options: SettingOptions, recipients: readonly string[]): Record<string, unknown> {
  const { on, off, addRecipient = [], removeRecipient = [], condition } = options;
  if (on === true && off === true) throw new CordonError('INVALID_REQUEST', 'give --on or --off, not both');
  const leaving = new Set(removeRecipient.map((recipient) => recipient.toLowerCase()));
  const changed = [...recipients.filter((recipient) => !leaving.has(recipient.toLowerCase())), ...addRecipient];
  return {
    enabled: on === true ? true : off === true ? false : undefined,
    notify: options.notify,
    recipients: addRecipient.length + removeRecipient.length === 0 ? undefined : changed,
    dailyLimit: numberOf('--daily-limit', options.dailyLimit),
    severity: options.severity,
    category: options.category,
    comment: options.comment,
    conditions: condition?.filter((text) => text !== '').map(conditionOf),
    threshold: numberOf('--threshold', options.threshold),
    windowMinutes: numberOf('--window-minutes', options.windowMinutes),
  };
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new CordonError('INVALID_REQUEST', `${option} must be a number`);
  return Number(text);
}

/** The API knows which properties there are. */
function conditionOf(text: string): { property: string; operator: string; value: string } {
  const match = /^(\w+) -?(\w+) (.*)$/s.exec(text);
  if (match === null) {
    throw new CordonError(
      'INVALID_REQUEST',
      `${text}: give 'PROPERTY eq|ne|like VALUE', for example 'EntityKind eq user'`,
    );
  }
  return { property: match[1]!, operator: match[2]!, value: match[3]! };
}

function listed(rows: readonly AlertPolicyView[]): string {
  return table(
    rows,
    [
      ['NAME', ({ name }) => name],
      ['TYPE', ({ type }) => type],
      ['STATUS', ({ enabled }) => (enabled ? 'on' : 'off')],
      ['SEVERITY', ({ severity }) => severity],
      ['TOLD', toldText],
      ['LIMIT', ({ dailyLimit }) => `${dailyLimit} a day`],
      ['ID', ({ id }) => id],
    ],
    'No alert policies.',
  );
}

function toldText({ notify, told }: AlertPolicyView): string {
  if (!notify) return 'off';
  return told.count === 0 ? 'NOBODY' : `${told.count} ${told.count === 1 ? 'address' : 'addresses'}`;
}

function details(policy: AlertPolicyView): string {
  const { conditions, threshold, windowMinutes, recipients, told } = policy;
  return sheet([
    ['alert policy', policy.name],
    ['id', policy.id],
    ['type', policy.type],
    ['status', policy.enabled ? 'on' : 'off'],
    ['activity', policy.activity],
    ['severity', policy.severity],
    ['category', policy.category],
    ['comment', policy.comment],
    ['conditions', conditions.map(({ property, operator, value }) => `${property} ${operator} ${value}`).join(', ')],
    ['raised', threshold === 1 ? 'each time' : `at ${threshold} within ${windowMinutes} minutes`],
    ['notifications', policy.notify ? `on, at most ${policy.dailyLimit} a day for each entity` : 'off'],
    ['recipients', recipients.join(', ') || 'none'],
    [
      'told now',
      told.addresses.join(', ') || 'NOBODY: add a recipient, or an account with the role Global Administrator',
    ],
  ]);
}
