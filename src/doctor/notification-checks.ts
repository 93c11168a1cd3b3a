// Would anybody hear of an alert? Who is told, whether the mail server of the notification path takes mail for them, and, where the
// doctor was told to send, whether a test arrives everywhere.
import type { ApiClient, Page } from '../cli/api-client.ts';
import type { DoctorOptions } from '../cli/command-line.ts';
import type { TestResultView } from '../cli/resources.ts';
import type { Config } from '../config/schema.ts';
import { failed, note, ok, reasonOf, type Tell } from './findings.ts';
import { SmtpSession } from './smtp-session.ts';

interface Told {
  readonly organizationId: string;
  readonly tenantAdmins: readonly string[];
  readonly webhooks: number;
  /** Names of alert policies. */
  readonly untoldPolicies: readonly string[];
  readonly nobodyIsTold: boolean;
}

const CHECK = 'notifications';

export async function checkNotifications(
  api: ApiClient,
  helo: string,
  { config, sendTo, notify, onFinding: tell }: DoctorOptions,
): Promise<void> {
  const { items: organizations } = await api.get<Page<{ id: string; name: string }>>('/organizations');
  let address: string | undefined;
  for (const { id: organizationId, name } of organizations) {
    const told = await api.get<Told>('/notifications', { organizationId });
    tellWhoIsTold(told, name, tell);
    address ??= told.tenantAdmins[0];
    if (sendTo === undefined && notify !== true) continue;
    await sendTest(api, organizationId, sendTo, tell);
  }
  await checkMailServer(config, address, helo, tell);
}

function tellWhoIsTold(told: Told, name: string, tell: Tell): void {
  const { organizationId, tenantAdmins, webhooks, untoldPolicies, nobodyIsTold } = told;
  if (untoldPolicies.length === 0) {
    const hooks = `${webhooks} webhook${webhooks === 1 ? '' : 's'}`;
    const who = tenantAdmins.length === 0 ? 'no address for TenantAdmins' : tenantAdmins.join(', ');
    tell(ok(CHECK, `${name}: ${who}, and ${hooks}`));
    return;
  }
  const what = nobodyIsTold
    ? 'nobody is told of an alert'
    : `nobody is told of ${untoldPolicies.map((policy) => `"${policy}"`).join(', ')}`;
  if (tenantAdmins.length === 0) {
    const says = `${name}: TenantAdmins means no address, and ${what}`;
    tell(failed(CHECK, says, 'cordon account set admin --mail ADDRESS'));
    return;
  }
  const command = `cordon alert-policy set NAME --add-recipient TenantAdmins --organization ${organizationId}`;
  tell(failed(CHECK, `${name}: ${what}`, command));
}

/** Also where the mail path itself is broken: what the guard says of it is the finding. */
async function sendTest(api: ApiClient, organizationId: string, sendTo: string | undefined, tell: Tell): Promise<void> {
  const to = sendTo === undefined ? undefined : [sendTo];
  try {
    const { items } = await api.post<Page<TestResultView>>('/notifications/test', { organizationId, to });
    for (const { target, result, words } of items) {
      if (result === 'taken') tell(ok(CHECK, `a test was taken by ${target}`));
      else tell(failed(CHECK, `a test did not reach ${target}: ${words}`, 'cordon doctor --notify'));
    }
  } catch (error) {
    tell(failed(CHECK, `no test was sent: ${reasonOf(error)}`, 'cordon doctor --notify'));
  }
}

/** Up to RCPT TO, and nothing is sent. Where a login is needed only up to EHLO: its password is the guard's to send. */
async function checkMailServer(
  { notifications }: Config,
  address: string | undefined,
  helo: string,
  tell: Tell,
): Promise<void> {
  const { host, port, tls, user, envelopeSender = '' } = notifications;
  const name = `${host}:${port}`;
  try {
    const session = await SmtpSession.open({ host, port, isTls: port === 465 && tls !== 'none' }, helo, tls !== 'none');
    if (user === undefined) {
      await answered(session.say(`MAIL FROM:<${envelopeSender}>`), 'MAIL FROM');
      if (address !== undefined) await answered(session.say(`RCPT TO:<${address}>`), `RCPT TO ${address}`);
    }
    await session.quit();
    const takes = user === undefined ? `takes mail for ${address ?? 'somebody'}` : 'answers';
    tell(ok(CHECK, `${name} ${takes}; nothing was sent`));
  } catch (error) {
    const words = `${name} does not take notifications (${reasonOf(error)}); set notifications.host and port`;
    tell(failed(CHECK, words, `swaks --quit-after RCPT --server ${host} --port ${port} --from '<>' --to ADDRESS`));
    return;
  }
  if (port !== 25) return;
  const words = `${name} asks Cordon about notifications, too: a restriction of the connector that owns this host stops them`;
  tell(note(CHECK, words, '# docs/mta/postfix.md, A path for notifications'));
}

async function answered(reply: Promise<string>, to: string): Promise<void> {
  const text = await reply;
  if (!text.startsWith('2')) throw new Error(`to ${to} it answers ${text}`);
}
