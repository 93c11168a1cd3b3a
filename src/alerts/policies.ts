// The alert policies in force, in memory: for each organization the system policies, as changed by its admins, and its own.
import { nameBasedId } from '../attribution/name-based-id.ts';
import { CordonError } from '../errors.ts';
import {
  type AlertPolicy,
  type AlertPolicyDraft,
  checkPolicyDraft,
  EDITABLE_OF_SYSTEM,
  EMPTY_POLICY,
  SYSTEM_POLICIES,
  type SystemPolicy,
  type SystemPolicyName,
} from './alert-policy.ts';
import type { AlertPolicyStore } from './alert-policy-store.ts';

export interface AlertPoliciesOptions {
  readonly store: AlertPolicyStore;
  /** Ids of all organizations. */
  readonly organizations: () => readonly string[];
  readonly randomUUID: () => string;
}

/** Undefined is as if it were not mentioned. */
export type AlertPolicyChanges = { readonly [K in keyof AlertPolicyDraft]?: AlertPolicyDraft[K] | undefined };

export interface ChangedPolicy {
  readonly before: AlertPolicy;
  readonly after: AlertPolicy;
}

/** Custom policies of an organization. */
export const MOST_CUSTOM_POLICIES = 100;

/** The provider's own policies are kept under this. */
const PROVIDER = '';

export class AlertPolicies {
  readonly #options: AlertPoliciesOptions;
  /** By organization, then by id: what somebody changed or made. */
  readonly #stored = new Map<string, Map<string, AlertPolicy>>();
  /** By organization: system policies and custom ones together. Taken away where something changes. */
  readonly #inForce = new Map<string, readonly AlertPolicy[]>();
  /** Changes run one after another, so that two cannot take one name. */
  #lastChange: Promise<unknown> = Promise.resolve();

  private constructor(options: AlertPoliciesOptions) {
    this.#options = options;
  }

  /** Reads what was changed. Rejects with the store's error. */
  static async open(options: AlertPoliciesOptions): Promise<AlertPolicies> {
    const policies = new AlertPolicies(options);
    for (const policy of await options.store.alertPolicies()) policies.#remember(policy);
    return policies;
  }

  /** Those of an organization, or (undefined) those about the guard. From memory; the very same list until something changes. */
  of(organizationId: string | undefined): readonly AlertPolicy[] {
    const owner = organizationId ?? PROVIDER;
    let policies = this.#inForce.get(owner);
    if (policies === undefined) {
      policies = this.#makeList(organizationId);
      this.#inForce.set(owner, policies);
    }
    return policies;
  }

  #makeList(organizationId: string | undefined): readonly AlertPolicy[] {
    const stored = this.#stored.get(organizationId ?? PROVIDER) ?? new Map<string, AlertPolicy>();
    const system = SYSTEM_POLICIES.filter(({ isProviders }) => isProviders === (organizationId === undefined)).map(
      (policy) => systemPolicy(policy, organizationId, stored),
    );
    return [...system, ...[...stored.values()].filter(({ type }) => type === 'Custom')];
  }

  /** Of all organizations, and those about the guard. */
  all(): AlertPolicy[] {
    return [...this.#options.organizations().flatMap((id) => this.of(id)), ...this.of(undefined)];
  }

  get(id: string): AlertPolicy | undefined {
    return this.all().find((policy) => policy.id === id);
  }

  /** Throws INVALID_REQUEST, NAME_TAKEN. In force when it resolves. */
  add(organizationId: string, draft: AlertPolicyDraft): Promise<AlertPolicy> {
    return this.#change(async () => {
      const own = this.of(organizationId).filter(({ type }) => type === 'Custom');
      if (own.length >= MOST_CUSTOM_POLICIES) {
        throw new CordonError(
          'INVALID_REQUEST',
          `an organization has at most ${MOST_CUSTOM_POLICIES} policies of its own`,
        );
      }
      const id = this.#options.randomUUID();
      return this.#put({ ...checkPolicyDraft(draft), id, organizationId, type: 'Custom' });
    });
  }

  /** Throws NOT_FOUND, POLICY_IS_SYSTEM for what is fixed of those, INVALID_REQUEST, NAME_TAKEN. In force when it resolves. */
  set(id: string, changes: AlertPolicyChanges): Promise<ChangedPolicy> {
    return this.#change(async () => {
      const before = this.#known(id);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      if (before.type === 'System') refuseFixed(before, Object.keys(given));
      const after = await this.#put({ ...before, ...checkPolicyDraft({ ...before, ...given }) });
      return { before, after };
    });
  }

  /** Throws NOT_FOUND, POLICY_IS_SYSTEM. */
  remove(id: string): Promise<AlertPolicy> {
    return this.#change(async () => {
      const policy = this.#known(id);
      if (policy.type === 'System') {
        throw new CordonError('POLICY_IS_SYSTEM', `${policy.name} is a system policy and cannot be deleted`);
      }
      await this.#options.store.removeAlertPolicy(id);
      const owner = policy.organizationId ?? PROVIDER;
      this.#stored.get(owner)?.delete(id);
      this.#inForce.delete(owner);
      return policy;
    });
  }

  #change<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(act);
    this.#lastChange = result.catch(() => {});
    return result;
  }

  #known(id: string): AlertPolicy {
    const policy = this.get(id);
    if (policy === undefined) throw new CordonError('NOT_FOUND', `no alert policy ${id}`);
    return policy;
  }

  async #put(policy: AlertPolicy): Promise<AlertPolicy> {
    const name = policy.name.toLowerCase();
    const other = this.of(policy.organizationId).find((one) => one.id !== policy.id && one.name.toLowerCase() === name);
    const isSystems = policy.type === 'Custom' && SYSTEM_POLICIES.some((one) => one.name.toLowerCase() === name);
    if (other !== undefined || isSystems)
      throw new CordonError('NAME_TAKEN', `there is an alert policy named ${policy.name}`);
    await this.#options.store.putAlertPolicy(policy);
    this.#remember(policy);
    return policy;
  }

  #remember(policy: AlertPolicy): void {
    const owner = policy.organizationId ?? PROVIDER;
    const stored = this.#stored.get(owner) ?? new Map<string, AlertPolicy>();
    this.#stored.set(owner, stored.set(policy.id, policy));
    this.#inForce.delete(owner);
  }
}

/** The same for each organization and name, on every node. */
export function systemPolicyId(organizationId: string | undefined, name: SystemPolicyName): string {
  return nameBasedId(organizationId ?? PROVIDER, 'alert policy', name);
}

/** What was changed of it counts; everything else is as this version has it. */
function systemPolicy(
  { name, activity, severity, comment }: SystemPolicy,
  organizationId: string | undefined,
  stored: ReadonlyMap<string, AlertPolicy>,
): AlertPolicy {
  const id = systemPolicyId(organizationId, name);
  const { enabled, notify, recipients, dailyLimit } = stored.get(id) ?? EMPTY_POLICY;
  const fixed = { ...EMPTY_POLICY, id, organizationId, name, type: 'System', activity, severity, comment } as const;
  return { ...fixed, enabled, notify, recipients, dailyLimit };
}

function refuseFixed({ name }: AlertPolicy, changed: readonly string[]): void {
  const editable: readonly string[] = EDITABLE_OF_SYSTEM;
  const fixed = changed.filter((field) => !editable.includes(field));
  if (fixed.length === 0) return;
  throw new CordonError('POLICY_IS_SYSTEM', `${name} is a system policy: ${fixed.join(', ')} cannot be changed`);
}
