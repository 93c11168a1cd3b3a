// Alert policies seen, made, changed and deleted, by whoever may. Those about the guard itself are the provider's.
import type { Principal } from '../access/principal.ts';
import { type AlertPolicy, type AlertPolicyDraft, EMPTY_POLICY, TENANT_ADMINS } from '../alerts/alert-policy.ts';
import type { AlertPolicyChanges } from '../alerts/policies.ts';
import { changesBetween } from '../audit/changes.ts';
import { CordonError } from '../errors.ts';
import { normalizeAddress } from '../mail/address.ts';
import { audited } from './audited.ts';
import { given } from './given.ts';
import type { OperationPorts } from './ports.ts';
import type { Requester } from './requester.ts';
import { isProvider, ownerOf } from './scope.ts';

export type NewAlertPolicy = AlertPolicyChanges &
  Pick<AlertPolicyDraft, 'name' | 'activity'> & { readonly organizationId?: string | undefined };

const action = 'alert-policies.write';

type PolicyPorts = Pick<OperationPorts, 'alertPolicies' | 'directory'>;

/** All that the principal may see. From memory. */
export function alertPoliciesSeen(ports: PolicyPorts, principal: Principal): AlertPolicy[] {
  return ports.alertPolicies.all().filter((policy) => maySee(principal, policy, ports));
}

/** Undefined for unknown and another organization's alike. */
export function alertPolicySeen(ports: PolicyPorts, principal: Principal, policyId: string): AlertPolicy | undefined {
  const policy = ports.alertPolicies.get(policyId);
  return policy !== undefined && maySee(principal, policy, ports) ? policy : undefined;
}

/** Whom the recipients stand for now, without doubles. From memory. */
export function toldBy(
  { recipients, organizationId }: Pick<AlertPolicy, 'recipients' | 'organizationId'>,
  { administratorAddresses, directory }: Pick<OperationPorts, 'administratorAddresses' | 'directory'>,
): string[] {
  const owner = organizationId ?? directory.organizations()[0]?.id;
  const administrators = () => (owner === undefined ? [] : administratorAddresses(owner));
  const all = recipients.flatMap((recipient) => (recipient === TENANT_ADMINS ? administrators() : [recipient]));
  return [...new Map(all.map((address) => [normalizeAddress(address), address])).values()];
}

/** FORBIDDEN, INVALID_REQUEST, NAME_TAKEN, STORE_UNAVAILABLE. */
export function newAlertPolicy(
  ports: OperationPorts,
  requester: Requester,
  order: NewAlertPolicy,
): Promise<AlertPolicy> {
  const { organizationId: wanted, ...chosen } = order;
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'New-ProtectionAlert',
      organizationId: (policy) => policy.organizationId ?? '',
      objectId: (policy) => policy.id,
      parameters: given(order),
      changes: (policy) => changesBetween(undefined, chosenOf(policy)),
    },
    async () =>
      ports.alertPolicies.add(ownerOf(requester.principal, wanted, ports.directory), {
        ...EMPTY_POLICY,
        ...given(chosen),
      }),
  );
}

/** Microsoft's cmdlets for on and off are others than that for the settings. */
export type PolicyOperation = 'Set-ProtectionAlert' | 'Enable-ProtectionAlert' | 'Disable-ProtectionAlert';

/** As `newAlertPolicy`, and NOT_FOUND; POLICY_IS_SYSTEM for what is fixed of those. */
export async function setAlertPolicy(
  ports: OperationPorts,
  requester: Requester,
  policyId: string,
  changes: AlertPolicyChanges,
  operation: PolicyOperation = operationOf(changes),
): Promise<AlertPolicy> {
  const known = alertPolicySeen(ports, requester.principal, policyId);
  const { after } = await audited(
    ports,
    requester,
    {
      action,
      operation,
      organizationId: ownerIn(known, requester.principal),
      objectId: policyId,
      parameters: given(changes),
      changes: (changed) => changesBetween(chosenOf(changed.before), chosenOf(changed.after)),
    },
    async () => ports.alertPolicies.set((known ?? refuseUnknownPolicy(policyId)).id, changes),
  );
  return after;
}

/** FORBIDDEN, NOT_FOUND, POLICY_IS_SYSTEM, STORE_UNAVAILABLE. */
export async function removeAlertPolicy(
  ports: OperationPorts,
  requester: Requester,
  policyId: string,
): Promise<AlertPolicy> {
  const known = alertPolicySeen(ports, requester.principal, policyId);
  return audited(
    ports,
    requester,
    {
      action,
      operation: 'Remove-ProtectionAlert',
      organizationId: ownerIn(known, requester.principal),
      objectId: policyId,
      parameters: {},
      changes: (policy) => changesBetween(chosenOf(policy), undefined),
    },
    async () => ports.alertPolicies.remove((known ?? refuseUnknownPolicy(policyId)).id),
  );
}

function maySee(principal: Principal, { organizationId }: AlertPolicy, { directory }: PolicyPorts): boolean {
  if (principal.organizationId === undefined || organizationId === principal.organizationId) return true;
  return organizationId === undefined && isProvider(principal, directory);
}

export function refuseUnknownPolicy(policyId: string): never {
  throw new CordonError('NOT_FOUND', `no alert policy ${policyId}`);
}

function ownerIn(policy: AlertPolicy | undefined, principal: Principal): string {
  return policy === undefined ? (principal.organizationId ?? '') : (policy.organizationId ?? '');
}

function operationOf(changes: AlertPolicyChanges): PolicyOperation {
  const [first, ...more] = Object.entries(given(changes));
  if (first === undefined || more.length > 0 || first[0] !== 'enabled') return 'Set-ProtectionAlert';
  return first[1] === true ? 'Enable-ProtectionAlert' : 'Disable-ProtectionAlert';
}

/** Without what nobody chooses. */
function chosenOf({ id, organizationId, type, ...chosen }: AlertPolicy): AlertPolicyDraft {
  return chosen;
}
