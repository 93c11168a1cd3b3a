// What every page must say until somebody mends it.
import { TENANT_ADMINS } from '../alerts/alert-policy.ts';
import type { Organization } from '../attribution/entity.ts';
import { silentPolicies, type WhoIsTold } from './silent-policies.ts';

export interface Notice {
  /** Stable; for programs. */
  readonly code: string;
  readonly text: string;
}

const MOST_NAMED = 5;

/** Organizations whose same policies tell nobody, and for the same reason. */
interface Silence {
  readonly organizations: Organization[];
  readonly isAll: boolean;
  /** Names of policies for administrators, of whom none has an address. */
  readonly withoutAddress: readonly string[];
  /** Names of policies for nobody at all. */
  readonly withoutRecipient: readonly string[];
}

/** nobody_is_told, where alerts of the organization would reach nobody; undefined: of any. It names the policies, unless it is all. */
export function nobodyIsTold(who: WhoIsTold, organizationId: string | undefined): readonly Notice[] {
  const sentences = silences(who, organizationId).flatMap((silence) => [
    ...addressSentence(silence, who.directory, organizationId),
    ...recipientSentence(silence, who.directory, organizationId),
  ]);
  return sentences.length === 0 ? [] : [{ code: 'nobody_is_told', text: sentences.join(' ') }];
}

function silences(who: WhoIsTold, organizationId: string | undefined): readonly Silence[] {
  const found = new Map<string, Silence>();
  for (const organization of who.directory.organizations(organizationId)) {
    const { silent, isAll } = silentPolicies(who, organization.id);
    if (silent.length === 0) continue;
    const isForAdministrators = (recipients: readonly string[]) => recipients.includes(TENANT_ADMINS);
    const namesOf = (forAdministrators: boolean) =>
      silent.filter(({ recipients }) => isForAdministrators(recipients) === forAdministrators).map(({ name }) => name);
    const [withoutAddress, withoutRecipient] = [namesOf(true), namesOf(false)];
    const alike = JSON.stringify([isAll, withoutAddress, withoutRecipient]);
    const silence = found.get(alike) ?? { organizations: [], isAll, withoutAddress, withoutRecipient };
    silence.organizations.push(organization);
    found.set(alike, silence);
  }
  return [...found.values()];
}

function addressSentence(
  { organizations, isAll, withoutAddress, withoutRecipient }: Silence,
  directory: WhoIsTold['directory'],
  organizationId: string | undefined,
): readonly string[] {
  if (withoutAddress.length === 0) return [];
  const whose = whoseOf(organizations, directory, organizationId);
  const what = isAll && withoutRecipient.length === 0 ? 'alerts' : `alerts of ${quoted(withoutAddress)}`;
  return [
    `No Global Administrator${whose} has a mail address and there is no webhook: ${what} reach nobody. Set one: cordon account set NAME --mail ADDRESS`,
  ];
}

function recipientSentence(
  { organizations, isAll, withoutAddress, withoutRecipient }: Silence,
  directory: WhoIsTold['directory'],
  organizationId: string | undefined,
): readonly string[] {
  const [first] = withoutRecipient;
  if (first === undefined) return [];
  const whose = whoseOf(organizations, directory, organizationId);
  const policies =
    isAll && withoutAddress.length === 0
      ? `No alert policy${whose} has a recipient and there is no webhook: alerts`
      : `There is no recipient and no webhook${whose === '' ? '' : whose.replace(' of ', ' in ')} for ${quoted(withoutRecipient)}: ${withoutRecipient.length === 1 ? 'its' : 'their'} alerts`;
  // Whoever writes policies chooses their names: one that a shell would take apart is not put into a command.
  const which =
    withoutRecipient.length === 1 && /^[\p{L}\p{N}][\p{L}\p{N} _.,:/-]*$/u.test(first) ? `"${first}"` : 'NAME';
  const option = organizationOption(organizations, directory);
  return [`${policies} reach nobody. Name one: cordon alert-policy set ${which} --add-recipient TenantAdmins${option}`];
}

/** audit_off, where what people change is not recorded, and therefore no alert fires. */
export function auditIsOff(directory: WhoIsTold['directory'], organizationId: string | undefined): readonly Notice[] {
  const off = directory.organizations(organizationId).filter(({ auditLog }) => !auditLog);
  if (off.length === 0) return [];
  const whose = whoseOf(off, directory, organizationId);
  const command = `cordon audit on${organizationOption(off, directory)}`;
  return [{ code: 'audit_off', text: `The audit log${whose} is off: no alerts fire. Turn it on: ${command}` }];
}

/** '' where there is only one that could be meant. */
function whoseOf(
  some: readonly Organization[],
  directory: WhoIsTold['directory'],
  organizationId: string | undefined,
): string {
  if (organizationId !== undefined || directory.organizations().length === 1) return '';
  return ` of ${firstOf(some.map(({ name }) => name))}`;
}

/** What a command needs to know whose is meant, as it can be typed; NAME where it must be given once for each. */
function organizationOption(some: readonly Organization[], directory: WhoIsTold['directory']): string {
  if (directory.organizations().length === 1) return '';
  const [only, ...others] = some;
  if (only === undefined || others.length > 0) return ' --organization NAME';
  return ` --organization ${/^[A-Za-z0-9][\w.-]*$/.test(only.name) ? only.name : only.id}`;
}

const quoted = (names: readonly string[]): string => firstOf(names.map((name) => `"${name}"`));

function firstOf(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}
