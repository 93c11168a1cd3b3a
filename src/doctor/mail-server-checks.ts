// What Postfix's settings say beyond one service: its version, local submission, certificates, and the tables for while Cordon is away.
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { failed, note, ok, type Tell } from './findings.ts';
import type { PostfixSettings, SmtpService } from './postfix-settings.ts';
import { checkMilter, editOf, milterOf } from './service-checks.ts';

/** As far as they are looked at. */
export interface ConnectorIdentities {
  readonly name: string;
  readonly localSubmission: boolean;
  readonly clientCertificateFingerprints: readonly string[];
}

export function checkVersion({ main }: PostfixSettings, tell: Tell): void {
  const version = main('mail_version');
  if (Number.parseInt(version, 10) >= 3) tell(ok('Postfix', version));
  else tell(failed('Postfix', `${version} does not know settings in braces; 3.0 or later does`, 'apt install postfix'));
}

/** Mail from sendmail(1) passes no smtpd: cleanup(8) asks the milters of a list of its own. True where it asks Cordon. */
export function checkLocalSubmission(
  { main }: PostfixSettings,
  config: Config,
  connectors: readonly ConnectorIdentities[],
  directory: string | undefined,
  tell: Tell,
): boolean {
  const pickup: SmtpService = { name: 'sendmail', host: '', port: 0, settings: main, own: new Set() };
  const list = 'non_smtpd_milters';
  const found = milterOf(pickup, list, config.listeners.milter.listen);
  if (config.listeners.milter.listen !== 'off') {
    checkMilter(pickup, list, found, config, editOf(pickup, directory), tell);
  }
  const owner = connectors.find(({ localSubmission }) => localSubmission);
  if (owner !== undefined) tell(ok('local submission', `is connector ${owner.name}`));
  else {
    const words = 'mail from sendmail belongs to no connector';
    tell(failed('local submission', words, 'cordon connector add sendmail --local-submission --mode observe'));
  }
  return found !== undefined;
}

export function checkFingerprints(
  { main }: PostfixSettings,
  connectors: readonly ConnectorIdentities[],
  tell: Tell,
): void {
  const known = connectors.filter(({ clientCertificateFingerprints }) => clientCertificateFingerprints.length > 0);
  const digest = main('smtpd_tls_fingerprint_digest');
  if (known.length === 0 || digest === 'sha256') return;
  const words = `Postfix tells ${digest} fingerprints, and ${known.length} connectors are known by SHA-256`;
  tell(failed('certificates', words, "postconf -e 'smtpd_tls_fingerprint_digest = sha256'\npostfix reload"));
}

/** The tables that Postfix asks while Cordon is away, where it would otherwise let everybody pass. */
export async function checkMaps(
  postfix: PostfixSettings,
  services: readonly SmtpService[],
  { dataDirectory }: Config,
  tell: Tell,
): Promise<void> {
  const named = [...postfix.all.values()].flatMap((value) => [...value.matchAll(TABLE)].map(([, file]) => file!));
  if (named.length === 0) {
    if (services.some(letsPass)) {
      const words = 'while Cordon is away everybody passes, the restricted too';
      tell(note('tables', words, '# docs/mta/postfix.md, "A restriction outlives Cordon"'));
    }
    return;
  }
  for (const file of new Set(named)) {
    const isThere = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!isThere)
      return tell(failed('tables', `${file} is not there: Postfix answers 451 to everybody`, 'cordon serve'));
  }
  const ours = await realpath(join(dataDirectory, 'postfix')).catch(() => '');
  const theirs = await realpath(dirname(named[0]!));
  if (ours === theirs) tell(ok('tables', `Postfix reads those in ${theirs}`));
  else tell(failed('tables', `Postfix reads those in ${theirs}, and Cordon writes ${ours}`, 'cordon config print'));
}

const TABLE = /(\/[^\s,{}]+\/(?:restricted-(?:client\.cidr|sasl|ccert)|refused-by-(?:user|connector)))(?=[\s,}]|$)/g;

function letsPass({ settings }: SmtpService): boolean {
  return /default_action\s*=\s*(?:accept|DUNNO)/i.test(
    ['smtpd_milters', 'smtpd_relay_restrictions', 'smtpd_recipient_restrictions'].map(settings).join(' '),
  );
}
