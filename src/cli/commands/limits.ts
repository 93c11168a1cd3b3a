// cordon limits [show|set]: how much users and connectors may send.
import type { Command } from 'commander';
import { CordonError } from '../../errors.ts';
import type { ApiClient, Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { connectorId, entityId } from '../resolve.ts';
import type { LimitPolicyView, LimitsView, LimitUseView, OrganizationView } from '../resources.ts';
import { table } from '../terminal.ts';

interface SetOptions {
  readonly users?: boolean;
  readonly connectors?: boolean;
  readonly login?: string;
  readonly connector?: string;
  readonly organization?: string;
}

export function addLimitCommands(program: Command, line: CommandLine): void {
  const limits = program.command('limits').description('Sending limits: how much users and connectors may send.');

  overApi<{ organization?: string }>(
    limits
      .command('show', { isDefault: true })
      .description('Show the limits of the organization, or those of a connector or user with what is used of them.')
      .argument('[ID]', 'a connector or user: GUID, name or login if unique')
      .option('--organization <ID>', 'whose, if there are several'),
    line,
    async ({ api, show }, [id], { organization }) => {
      if (id === undefined) {
        show(await api.get<LimitPolicyView>(await policyPath(api, organization)), policy);
        return;
      }
      show(await api.get<LimitUseView>(`/sending-limits/${await entityId(api, id)}`), used);
    },
  );

  overApi<SetOptions>(
    limits
      .command('set')
      .description('Change limits. One of --users, --connectors, --login and --connector says whose.')
      .argument('<LIMIT...>', 'MEASURE=MOST:ACTION, or MEASURE=none; for example recipientsPerDay=500:refuse')
      .option('--users', 'of every user')
      .option('--connectors', 'of every connector that has none of its own')
      .option('--login <LOGIN>', 'of this user')
      .option('--connector <ID>', 'of this connector')
      .option('--organization <ID>', 'whose, if there are several')
      .addHelpText(
        'after',
        `
MEASURE  externalRecipientsPerHour, internalRecipientsPerHour, recipientsPerDay, messagesPerMinute, recipientsPerMessage
ACTION   alert, defer, refuse, restrictUntilTomorrow, restrict`,
      ),
    line,
    async ({ api, show }, args, options) => {
      const change = changesIn(args.flat());
      if (options.connector !== undefined) {
        const id = await connectorId(api, options.connector);
        const { sendingLimits } = await api.get<{ sendingLimits: LimitsView }>(`/connectors/${id}`);
        await api.patch(`/connectors/${id}`, { sendingLimits: change(sendingLimits) });
        show(await api.get<LimitUseView>(`/sending-limits/${id}`), used);
        return;
      }
      const path = await policyPath(api, options.organization);
      const before = await api.get<LimitPolicyView>(path);
      show(await api.put<LimitPolicyView>(path, changed(before, options, change)), policy);
    },
  );
}

type Change = (limits: LimitsView) => LimitsView;

function changed(before: LimitPolicyView, { users, connectors, login }: SetOptions, change: Change): LimitPolicyView {
  if ([users, connectors, login].filter((who) => who !== undefined).length !== 1) {
    throw new CordonError('INVALID_REQUEST', 'say whose: one of --users, --connectors, --login and --connector');
  }
  if (users === true) return { ...before, users: change(before.users) };
  if (connectors === true) return { ...before, connectors: change(before.connectors) };
  const name = login!.toLowerCase();
  const { [name]: own = {}, ...others } = before.logins;
  const changedOwn = change(own);
  const logins = Object.keys(changedOwn).length === 0 ? others : { ...others, [name]: changedOwn };
  return { ...before, logins };
}

/** `recipientsPerDay=500:refuse`, `messagesPerMinute=none`. The API knows which measures and actions there are. */
function changesIn(args: readonly string[]): Change {
  const changes = args.map((text) => {
    const match = /^(\w+)=(?:none|(\d+):(\w+))$/.exec(text);
    if (match === null) {
      throw new CordonError(
        'INVALID_REQUEST',
        `${text}: give MEASURE=MOST:ACTION (recipientsPerDay=500:refuse) or MEASURE=none`,
      );
    }
    const [, measure, most, action] = match;
    return [measure!, action === undefined ? undefined : { most: Number(most), action }] as const;
  });
  return (limits) => {
    const all = new Map<string, LimitsView[string] | undefined>([...Object.entries(limits), ...changes]);
    return Object.fromEntries([...all].flatMap(([measure, limit]) => (limit === undefined ? [] : [[measure, limit]])));
  };
}

/** Throws INVALID_REQUEST where there are several organizations and none was named. */
async function policyPath(api: ApiClient, organization: string | undefined): Promise<string> {
  if (organization !== undefined) return `/organizations/${encodeURIComponent(organization)}/sending-limits`;
  const { items } = await api.get<Page<OrganizationView>>('/organizations');
  if (items.length !== 1) {
    const names = items.map(({ id, name }) => `${name} (${id})`).join(', ');
    throw new CordonError('INVALID_REQUEST', `say whose with --organization: ${names}`);
  }
  return `/organizations/${items[0]!.id}/sending-limits`;
}

function policy({ users, connectors, logins }: LimitPolicyView): string {
  const rows = [
    ...rowsOf('every user', users),
    ...Object.entries(logins).flatMap(([login, own]) => rowsOf(`user ${login}`, own)),
    ...rowsOf('every connector', connectors),
  ];
  return table(
    rows,
    [
      ['WHOSE', (row) => row.whose],
      ['MEASURE', (row) => row.measure],
      ['MOST', (row) => String(row.most)],
      ['BEYOND IT', (row) => row.action],
    ],
    'Nobody is limited.',
  );
}

function rowsOf(whose: string, limits: LimitsView) {
  return Object.entries(limits).map(([measure, { most, action }]) => ({ whose, measure, most, action }));
}

function used({ kind, name, limits }: LimitUseView): string {
  return table(
    limits,
    [
      ['MEASURE', (limit) => limit.measure],
      ['USED', (limit) => (limit.measure === 'recipientsPerMessage' ? '' : String(limit.count))],
      ['MOST', (limit) => String(limit.most)],
      ['BEYOND IT', (limit) => limit.action],
    ],
    `${kind} ${name} is not limited.`,
  );
}
