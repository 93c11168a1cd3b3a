// The probes: SMTP sessions that name a recipient and end without DATA, and, where the admin says so, two real messages. What the guard
// saw of them is the proof, not what the mail server says.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { ApiClient } from '../cli/api-client.ts';
import type { Finding } from '../cli/command-line.ts';
import { failed, note, ok, reasonOf } from './findings.ts';
import type { SmtpService } from './postfix-settings.ts';
import type { Asks } from './service-checks.ts';
import { SmtpSession } from './smtp-session.ts';

/** What the API says that a door was asked. */
interface Sighting {
  readonly listener: string;
  readonly stage: string;
  readonly clientPort: number;
  readonly localSubmission: boolean;
  readonly queueId: string;
  readonly messageId: string;
  readonly attributedTo?: { readonly connectorName?: string; readonly basis: string };
}

export interface ProbeOptions {
  readonly api: Pick<ApiClient, 'get' | 'post'>;
  readonly from: string;
  readonly helo: string;
}

const POLICY = 'postfix-policy';
const MILTER = 'milter';
const CHECK = 'asked';

/** Names a recipient twice, because Postfix knows the queue id only after the first, and ends without DATA. */
export async function probeService(
  service: SmtpService,
  asks: Asks,
  domain: string,
  options: ProbeOptions,
): Promise<Finding> {
  const recipient = `cordon-doctor-${randomUUID()}@${domain}`;
  const where = `${service.name} (${service.host}:${service.port})`;
  const probe = await watch(options.api, recipient);
  let replies: string[];
  let clientPort: number;
  try {
    const session = await openSession(service, options.helo);
    clientPort = session.clientPort;
    replies = [await session.say(`MAIL FROM:<${options.from}>`)];
    if (replies[0]!.startsWith('2')) {
      for (let i = 0; i < 2; i++) replies.push(await session.say(`RCPT TO:<${recipient}>`));
    }
    await session.say('RSET');
    await session.quit();
  } catch (error) {
    return failed(CHECK, `${where} takes no mail from here (${reasonOf(error)})`, 'postfix status');
  }
  const seen = (await probe()).filter((sighting) => sighting.clientPort === clientPort);
  return judgeSession(where, replies, asks, seen, isForLogins(service));
}

function openSession({ host, port, settings }: SmtpService, helo: string): Promise<SmtpSession> {
  const isTls = settings('smtpd_tls_wrappermode') === 'yes';
  return SmtpSession.open({ host, port, isTls }, helo, settings('smtpd_tls_security_level') === 'encrypt');
}

/** Who does not log in is refused there, perhaps before the policy server is asked. */
function isForLogins({ settings }: SmtpService): boolean {
  const lists = ['smtpd_client_restrictions', 'smtpd_relay_restrictions', 'smtpd_recipient_restrictions'].map(settings);
  return !lists.some((list) => /permit_mynetworks/.test(list));
}

function judgeSession(
  where: string,
  replies: readonly string[],
  asks: Asks,
  seen: readonly Sighting[],
  isForLogins: boolean,
): Finding {
  const policy = seen.filter(({ listener }) => listener === POLICY);
  const milter = seen.filter(({ listener }) => listener === MILTER);
  const last = replies.at(-1)!.split('\r\n')[0]!;
  const missing = [
    ...(asks.policy && policy.length === 0 ? ['policy server'] : []),
    ...(asks.milter && milter.length === 0 ? ['milter'] : []),
  ];
  const nobody = policy.length === 0 && milter.length === 0;
  if (policy.length === 0 && isForLogins && last.startsWith('5')) {
    return note(CHECK, `${where} is for clients that log in: it answers ${last}, and only its settings could be read`);
  }
  if (missing.length > 0 || nobody) {
    const who = missing.length > 0 ? `Cordon's ${missing.join(' and ')}` : 'Cordon';
    const words = `${where}: ${who} ${missing.length > 1 ? 'were' : 'was'} not asked about this session; Postfix said: ${last}`;
    return failed(CHECK, words, 'postfix check && postfix reload\ntail -n 20 /var/log/mail.log');
  }
  const ids = new Set(seen.map(({ queueId }) => queueId).filter((id) => id !== ''));
  const both = policy.length > 0 && milter.length > 0;
  if (ids.size > 1) {
    return failed(
      CHECK,
      `${where}: the doors were asked about different messages: ${[...ids].join(', ')}`,
      'postconf -Mf',
    );
  }
  const of = ids.size === 1 ? `queue id ${[...ids][0]}` : `client port ${seen[0]!.clientPort}`;
  const who = both
    ? 'both doors were asked about one message'
    : `its ${policy.length > 0 ? 'policy server' : 'milter'} was asked`;
  return ok(CHECK, `${where}: ${who} (${of})`);
}

/** Sends one message over SMTP. Proves that the end of a message is asked about, too. */
export async function probeMessage(
  service: SmtpService,
  asks: Asks,
  to: string,
  options: ProbeOptions,
): Promise<Finding> {
  const check = 'whole message';
  const probe = await watch(options.api, to);
  const messageId = newMessageId();
  let reply: string;
  try {
    const session = await openSession(service, options.helo);
    await session.say(`MAIL FROM:<${options.from}>`);
    reply = await session.say(`RCPT TO:<${to}>`);
    if (reply.startsWith('2')) reply = await session.say('DATA');
    if (reply.startsWith('3')) reply = await session.say(`${messageOf(options.from, to, messageId).join('\r\n')}\r\n.`);
    await session.quit();
  } catch (error) {
    return failed(check, `${service.name}: ${reasonOf(error)}`, 'postfix status');
  }
  if (!reply.startsWith('2'))
    return failed(check, `${service.name} answers ${reply}`, `cordon trace --recipient ${to}`);
  const seen = await probe((sightings) => sightings.some((each) => each.messageId === messageId) || !asks.milter);
  const end = seen.find((each) => each.messageId === messageId);
  if (asks.milter && end === undefined)
    return failed(check, `${service.name}: the milter saw no end of it`, 'postfix reload');
  const also = seen.some(
    ({ listener, stage, queueId }) => listener === POLICY && stage === 'END-OF-MESSAGE' && queueId === end?.queueId,
  );
  const who = also ? 'milter and policy server saw the end of one message' : 'its end was seen';
  return ok(check, `${service.name}: ${who} (queue id ${end?.queueId ?? 'unknown'})`);
}

/** Hands one message to sendmail(1), which says nothing of what becomes of it: the guard does. */
export async function probeSendmail(
  sendmail: string,
  directory: string | undefined,
  to: string,
  { api, from }: ProbeOptions,
): Promise<Finding> {
  const check = 'sendmail';
  const probe = await watch(api, to);
  const messageId = newMessageId();
  try {
    const where = directory === undefined ? [] : ['-C', directory];
    const run = promisify(execFile)(sendmail, [...where, '-i', '-f', from, '--', to]);
    run.child.stdin?.end(`${messageOf(from, to, messageId).join('\n')}\n`);
    await run;
  } catch (error) {
    return failed(check, `${sendmail} takes no mail (${reasonOf(error)})`, 'postfix status');
  }
  const seen = await probe((sightings) => sightings.some((each) => each.messageId === messageId));
  const found = seen.find((each) => each.messageId === messageId);
  if (found === undefined) {
    return failed(check, 'Cordon was not asked about a message from sendmail', 'postconf -h non_smtpd_milters\nmailq');
  }
  if (found.attributedTo?.basis !== 'localSubmission') {
    const whose = found.attributedTo === undefined ? 'nobody' : found.attributedTo.connectorName;
    const words = `its message is attributed to ${whose}, not to a connector of local submission`;
    return failed(check, words, 'cordon connector add sendmail --local-submission --mode observe');
  }
  return ok(check, `its message is connector ${found.attributedTo.connectorName}'s (queue id ${found.queueId})`);
}

const newMessageId = () => `<cordon-doctor-${randomUUID()}@cordon-doctor.invalid>`;

function messageOf(from: string, to: string, messageId: string): readonly string[] {
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    'Subject: cordon doctor',
    `Message-Id: ${messageId}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    '',
    'This message was sent by `cordon doctor --send-to`, to prove that Cordon is asked about it. Nothing is to be done.',
  ];
}

type Look = (isEnough?: (sightings: readonly Sighting[]) => boolean) => Promise<readonly Sighting[]>;

const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/** From now on the guard notes who asks about the recipient. The look waits until it is enough, at most a quarter of a minute. */
async function watch(api: ProbeOptions['api'], recipient: string): Promise<Look> {
  const { id } = await api.post<{ id: string }>('/probes', { recipient });
  return async (isEnough = () => true) => {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const { sightings } = await api.get<{ sightings: readonly Sighting[] }>(`/probes/${id}`);
      if (isEnough(sightings) || Date.now() > end) return sightings;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
}
