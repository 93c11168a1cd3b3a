// What Postfix's settings say of one smtpd service: whom it asks, in which order, how long it waits, and what it does without an answer.
import type { Config } from '../config/schema.ts';
import { isLoopback, normalizeIp } from '../mail/ip-address.ts';
import { LONGEST, MARGIN_SECONDS } from './documented.ts';
import { failed, note, ok, type Tell } from './findings.ts';
import { type PostfixSettings, type SmtpService, secondsOf } from './postfix-settings.ts';
import { findPolicyCheck, isDoor, type Peer, type PolicyCheck, peerOf, readPeer, wordsOf } from './restriction-list.ts';

/** Which doors the settings have asked; what a probe of the service should find. */
export interface Asks {
  readonly policy: boolean;
  readonly milter: boolean;
}

/** In the order in which smtpd(8) goes through them at RCPT. */
const LISTS = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
] as const;

/** Writes the commands that change settings, each where it is set. */
export type Edit = (...changes: readonly (readonly [setting: string, value: string])[]) => string;

export function editOf({ name, own }: SmtpService, directory: string | undefined): Edit {
  const where = directory === undefined ? '' : `-c ${directory} `;
  const command = ([setting, value]: readonly [string, string]) =>
    own.has(setting)
      ? `postconf ${where}-P '${name}/${setting}=${value}'`
      : `postconf ${where}-e '${setting} = ${value}'`;
  return (...changes) => [...changes.map(command), `postfix ${where}reload`].join('\n');
}

/** Undefined where the service is one that should ask nobody: a filter gives mail back by it, or notifications go in. */
export function checkService(
  service: SmtpService,
  postfix: PostfixSettings,
  config: Config,
  edit: Edit,
  tell: Tell,
): Asks | undefined {
  const { listeners } = config;
  const policy = policyCheckOf(service, postfix, listeners.postfixPolicy.listen);
  const milter = milterOf(service, 'smtpd_milters', listeners.milter.listen);
  if (policy === undefined && milter === undefined && service.own.has('content_filter')) {
    tell(ok('settings', `${service.name}: a filter gives mail back here, and nobody is asked again`));
    return undefined;
  }
  if (policy === undefined && milter === undefined && isNotificationPath(service, config)) {
    tell(ok('settings', `${service.name}: notifications go in here, and nobody is asked about them`));
    return undefined;
  }
  if (listeners.postfixPolicy.listen !== 'off') checkPolicy(service, policy, config, edit, tell);
  if (listeners.milter.listen !== 'off') checkMilter(service, 'smtpd_milters', milter, config, edit, tell);
  if (policy !== undefined && milter === undefined) checkEndOfData(service, listeners.postfixPolicy.listen, edit, tell);
  return { policy: policy !== undefined, milter: milter !== undefined };
}

/** Of its own: what also takes other mail has to ask. */
function isNotificationPath({ host, port }: SmtpService, { notifications }: Config): boolean {
  return port === notifications.port && ![25, 465, 587].includes(port) && isLoopback(normalizeIp(host) ?? '');
}

interface FoundPolicyCheck extends PolicyCheck {
  readonly list: string;
}

function policyCheckOf(service: SmtpService, postfix: PostfixSettings, door: string): FoundPolicyCheck | undefined {
  const classes = new Set(wordsOf(service.settings('smtpd_restriction_classes')));
  for (const list of LISTS) {
    const found = findPolicyCheck(service.settings(list), door, (name) =>
      classes.has(name) ? postfix.main(name) : undefined,
    );
    if (found !== undefined) return { ...found, list };
  }
  return undefined;
}

const TIMEOUT = ['smtpd_policy_service_timeout', `${LONGEST.policy}s`] as const;

function checkPolicy(
  service: SmtpService,
  found: FoundPolicyCheck | undefined,
  { listeners, deadlines }: Config,
  edit: Edit,
  tell: Tell,
): void {
  const { name, settings } = service;
  if (found === undefined) {
    const asked = `check_policy_service ${peerOf(listeners.postfixPolicy.listen)}`;
    const before = (setting: string) => [setting, [asked, settings(setting)].filter(Boolean).join(', ')] as const;
    const words = `${name}: no restriction list asks ${listeners.postfixPolicy.listen}`;
    const changes = [before('smtpd_recipient_restrictions'), before('smtpd_end_of_data_restrictions'), TIMEOUT];
    tell(failed('policy check', words, edit(...changes)));
    return;
  }
  const { list, permitsBefore, tablesBefore, better, peer } = found;
  if (permitsBefore.length > 0) {
    const words = `${name}: in ${list} it comes after ${permitsBefore.join(', ')}: whom they permit, Cordon never sees`;
    tell(failed('policy check', words, edit([list, better])));
  } else if (tablesBefore.length > 0) {
    const words = `${name}: in ${list}, an OK in the table of ${tablesBefore.join(', ')} ends the list before it`;
    tell(note('policy check', words, edit([list, better])));
  } else tell(ok('policy check', `${name}: stands before every permit of ${list}`));
  checkPolicyTimes(service, peer, deadlines.durableMilliseconds, edit, tell);
}

function checkPolicyTimes({ name, settings }: SmtpService, peer: Peer, waitMs: number, edit: Edit, tell: Tell): void {
  const timeout = peer.attributes.get('timeout') ?? settings('smtpd_policy_service_timeout');
  const action = peer.attributes.get('default_action') ?? settings('smtpd_policy_service_default_action');
  const seconds = secondsOf(timeout);
  const shortest = peer.attributes.has('default_action') ? 0 : waitMs / 1_000 + MARGIN_SECONDS;
  const remedy = peer.attributes.has('timeout')
    ? `# write timeout=${LONGEST.policy}s in the braces of check_policy_service`
    : edit(TIMEOUT);
  if (seconds > LONGEST.policy) {
    const words = `${name}: waits ${timeout} for the policy server, twice for each recipient; documented: ${LONGEST.policy}s`;
    tell(failed('policy time-out', words, remedy));
  } else if (seconds < shortest) {
    const words = `${name}: waits ${timeout}, and a refusal may need ${shortest} s (deadlines.durableMilliseconds)`;
    tell(failed('policy time-out', words, remedy));
  } else tell(ok('policy time-out', `${name}: ${timeout}; without an answer: ${action}`));
  if (/^(?:5|reject|discard|hold|ok|permit)/i.test(action)) {
    const words = `${name}: without an answer it says ${action}, for good`;
    tell(
      failed('default action', words, '# write default_action=DUNNO, or none, in the braces of check_policy_service'),
    );
  }
}

export function milterOf({ settings }: Pick<SmtpService, 'settings'>, list: string, door: string): Peer | undefined {
  return wordsOf(settings(list))
    .map(readPeer)
    .find((peer) => isDoor(peer, door));
}

export function documentedMilter(door: string, action = 'tempfail'): string {
  const { connect, command, content } = LONGEST;
  return `{ ${peerOf(door)}, connect_timeout=${connect}s, command_timeout=${command}s, content_timeout=${content}s, default_action=${action} }`;
}

export function checkMilter(
  { name, settings }: SmtpService,
  list: string,
  found: Peer | undefined,
  { listeners, deadlines, contentFilter }: Config,
  edit: Edit,
  tell: Tell,
): void {
  const door = listeners.milter.listen;
  const others = wordsOf(settings(list)).filter((word) => !isDoor(readPeer(word), door));
  if (found === undefined) {
    const loss = list === 'smtpd_milters' ? 'nobody sees what the mail says' : 'its mail passes unseen';
    const words = `${name}: ${list} does not name ${door}: ${loss}`;
    tell(failed('milter', words, edit([list, [...others, documentedMilter(door)].join(', ')])));
    return;
  }
  const action = found.attributes.get('default_action') ?? settings('milter_default_action');
  const wrong = (['connect', 'command', 'content'] as const).flatMap((what) => {
    const timeout = found.attributes.get(`${what}_timeout`) ?? settings(`milter_${what}_timeout`);
    return secondsOf(timeout) > LONGEST[what] ? [`${what} ${timeout}, documented ${LONGEST[what]}s`] : [];
  });
  const isOpen = action === 'accept';
  const remedy = edit([list, [...others, documentedMilter(door, isOpen ? 'accept' : 'tempfail')].join(', ')]);
  const waitsMs = deadlines.durableMilliseconds + (isAsked(contentFilter) ? contentFilter.timeoutMilliseconds : 0);
  const content = secondsOf(found.attributes.get('content_timeout') ?? settings('milter_content_timeout'));
  if (wrong.length > 0) tell(failed('milter time-outs', `${name}: ${wrong.join('; ')}`, remedy));
  else if (content < waitsMs / 1_000 + MARGIN_SECONDS) {
    const words = `${name}: content ${content}s, and an answer may need ${waitsMs} ms (deadlines, contentFilter)`;
    tell(failed('milter time-outs', words, remedy));
  } else if (!isOpen && action !== 'tempfail') {
    tell(failed('default action', `${name}: without an answer the milter's mail gets ${action}`, remedy));
  } else tell(ok('milter', `${name}: time-outs as documented; without an answer: ${action}`));
  checkFilterOrder(name, list, settings(list), door, contentFilter.kind, tell);
}

const isAsked = ({ kind }: Config['contentFilter']): boolean => kind === 'rspamd' || kind === 'spamd';

/** A filter whose headers are believed must have written them before. */
function checkFilterOrder(name: string, list: string, value: string, door: string, kind: string, tell: Tell): void {
  if (!kind.endsWith('-headers') || list !== 'smtpd_milters') return;
  const first = wordsOf(value).map(readPeer)[0];
  if (first === undefined || !isDoor(first, door)) return;
  const words = `${name}: ${kind} is believed, and no milter stands before Cordon's`;
  tell(
    failed(
      'content filter',
      words,
      `# put the filter's milter first in ${list}: docs/mta/postfix.md, "A content filter"`,
    ),
  );
}

function checkEndOfData({ name, settings }: SmtpService, door: string, edit: Edit, tell: Tell): void {
  const list = 'smtpd_end_of_data_restrictions';
  if (findPolicyCheck(settings(list), door) !== undefined) return;
  const words = `${name}: without a milter, ${list} has to ask, or the message that tips the sum gets out`;
  tell(failed('end of message', words, edit([list, `check_policy_service ${peerOf(door)}`])));
}
