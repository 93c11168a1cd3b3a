// `cordon doctor`: one look at everything between the mail server and the guard, from the guard outwards. Says of each finding what
// to type. Reads settings, asks doors and opens SMTP sessions; sends mail only where it was told to.
import { hostname } from 'node:os';
import type { ApiClient } from '../cli/api-client.ts';
import type { DoctorOptions } from '../cli/command-line.ts';
import { CordonError } from '../errors.ts';
import { domainOf } from '../mail/address.ts';
import { checkContentFilter, checkNextHop } from './downstream-checks.ts';
import { failed, note, ok, reasonOf } from './findings.ts';
import { checkDataDirectory, checkDoors, checkGuard } from './guard-checks.ts';
import {
  type ConnectorIdentities,
  checkFingerprints,
  checkLocalSubmission,
  checkMaps,
  checkVersion,
} from './mail-server-checks.ts';
import { checkNotifications } from './notification-checks.ts';
import { type PostfixSettings, readPostfix, type SmtpService } from './postfix-settings.ts';
import { type ProbeOptions, probeMessage, probeSendmail, probeService } from './probe.ts';
import { type Asks, checkService, editOf } from './service-checks.ts';

/** Resolves when everything was looked at. Rejects with INVALID_REQUEST where `sendTo` is no address of ours. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const { config, onFinding: tell } = options;
  const helo = hostname();
  const api = await checkGuard(options, tell);
  const domains = api === undefined ? config.organization.acceptedDomains : await acceptedDomains(api);
  refuseForeign(options.sendTo, domains);
  await checkDataDirectory(config, tell);
  await checkDoors(config, tell);
  await checkNextHop(config, helo, tell);
  await checkContentFilter(config, tell);
  if (domains.length === 0)
    tell(failed('accepted domains', 'there are none: all mail is relaying', 'cordon domain add example.com'));
  else tell(ok('accepted domains', domains.join(', ')));

  if (api !== undefined) await checkNotifications(api, helo, options);

  const postfix = await findPostfix(options);
  if (postfix === undefined) return;
  const from = options.probeFrom ?? `postmaster@${domains[0] ?? helo}`;
  await checkPostfix(postfix, api, { helo, from }, options);
}

async function acceptedDomains(api: ApiClient): Promise<readonly string[]> {
  const { items } = await api.get<{ items: readonly { domain: string }[] }>('/accepted-domains');
  return items.map(({ domain }) => domain);
}

/** A probe never delivers anything to anybody else. */
function refuseForeign(sendTo: string | undefined, domains: readonly string[]): void {
  if (sendTo === undefined || domains.includes(domainOf(sendTo))) return;
  const domain = domainOf(sendTo) || sendTo;
  throw new CordonError('INVALID_REQUEST', `--send-to: ${domain} is none of your accepted domains`);
}

/** Undefined where there is none. A guard with a next hop of its own may stand without one. */
async function findPostfix({
  postfixConfig,
  config,
  onFinding: tell,
}: DoctorOptions): Promise<PostfixSettings | undefined> {
  try {
    return await readPostfix(postfixConfig);
  } catch (error) {
    const words = `postconf does not tell its settings (${reasonOf(error)})`;
    if (config.listeners.smtpRelay.nextHop !== undefined)
      tell(note('Postfix', `${words}: only the SMTP relay was looked at`));
    else tell(failed('Postfix', words, '# run this on the mail server, or give --postfix-config DIR'));
    return undefined;
  }
}

async function checkPostfix(
  postfix: PostfixSettings,
  api: ApiClient | undefined,
  session: Pick<ProbeOptions, 'from' | 'helo'>,
  options: DoctorOptions,
): Promise<void> {
  const { config, postfixConfig, onFinding: tell } = options;
  const connectors = (await api?.all<ConnectorIdentities>('/connectors', { limit: 1_000 })) ?? [];
  checkVersion(postfix, tell);
  const services = servicesOf(postfix, options);
  const asked = services.flatMap((service) => {
    const asks = checkService(service, postfix, config, editOf(service, postfixConfig), tell);
    return asks === undefined ? [] : [{ service, asks }];
  });
  const isLocalAsked = checkLocalSubmission(postfix, config, connectors, postfixConfig, tell);
  checkFingerprints(postfix, connectors, tell);
  await checkMaps(postfix, services, config, tell);
  // Without the guard nobody can say what it was asked.
  if (api === undefined) return;
  await probe(asked, isLocalAsked, postfix, { ...session, api }, options);
}

function servicesOf(
  { services, main }: PostfixSettings,
  { smtp, onFinding: tell }: DoctorOptions,
): readonly SmtpService[] {
  if (smtp !== undefined) {
    const colon = smtp.lastIndexOf(':');
    const host = smtp.slice(0, colon).replace(/^\[|\]$/g, '');
    const port = Number(smtp.slice(colon + 1));
    if (colon < 1 || !(port > 0)) throw new CordonError('INVALID_REQUEST', `--smtp: ${smtp} is not HOST:PORT`);
    const found = services.find((service) => service.port === port);
    return [{ name: smtp, settings: main, own: new Set(), ...found, host, port }];
  }
  if (services.length === 0) tell(failed('Postfix', 'master.cf has no smtpd service', 'postconf -M'));
  return services;
}

async function probe(
  asked: readonly { readonly service: SmtpService; readonly asks: Asks }[],
  isLocalAsked: boolean,
  { main }: PostfixSettings,
  session: ProbeOptions,
  { probeDomain, sendTo, postfixConfig, onFinding: tell }: DoctorOptions,
): Promise<void> {
  let proved: (typeof asked)[number] | undefined;
  for (const each of asked) {
    const finding = await probeService(each.service, each.asks, probeDomain, session);
    tell(finding);
    if (finding.level === 'ok') proved ??= each;
  }
  if (sendTo === undefined) {
    tell(
      note(
        'whole message',
        'not proved, and neither is sendmail: nothing was sent',
        `cordon doctor --send-to ${session.from}`,
      ),
    );
    return;
  }
  if (proved !== undefined) tell(await probeMessage(proved.service, proved.asks, sendTo, session));
  if (isLocalAsked) tell(await probeSendmail(main('sendmail_path'), postfixConfig, sendTo, session));
}
