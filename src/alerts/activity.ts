// An activity: something that happened and that a policy may raise an alert on. Made on the mail path, so only words are put together
// here; who must hear of it is asked later.
import type { ChangedBy } from '../attribution/directory.ts';
import type { Connector, Entity, EntityKind } from '../attribution/entity.ts';
import type { Verdict } from '../detection/verdict.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import type { ActivityName } from './alert-policy.ts';

export interface Activity {
  readonly name: ActivityName;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined: concerns the guard, not one organization. */
  readonly organizationId?: string | undefined;
  readonly entity?: AlertedEntity | undefined;
  /** Of the guard: which part does not work. '' for what concerns an entity. */
  readonly part: string;
  /** detection, limit, held, warning, not enforced, created, changed, deleted, trouble. */
  readonly cause: string;
  /** The cmdlet's name, as the audit log has it; '' where nothing was done. */
  readonly operation: string;
  /** Who did it; `Cordon` for the service. */
  readonly by: string;
  /** Where he came from; '' for the service. */
  readonly clientAddress: string;
  /** What happened, in words. */
  readonly words: string;
  /** What happened and what to do, in a sentence. No subjects, no message texts. */
  readonly summary: string;
  readonly incidentId?: string | undefined;
}

export interface AlertedEntity {
  readonly id: string;
  readonly kind: EntityKind;
  readonly name: string;
}

const SERVICE = { by: 'Cordon', clientAddress: '', part: '' } as const;

/** Repeats are told by it: of an entity, or of a part of the guard. */
export function subjectOf({ entity, part }: Pick<Activity, 'entity' | 'part'>): string {
  return entity?.id ?? part;
}

export function restricted(restriction: Restriction, at: number): Activity {
  const { entityKind, entityName, reason, organizationId, entityId, incidentId, cause } = restriction;
  const isConnector = entityKind === 'connector';
  return {
    ...SERVICE,
    name: isConnector ? 'ConnectorRestricted' : 'UserRestricted',
    at,
    organizationId,
    entity: { id: entityId, kind: entityKind, name: entityName },
    cause,
    operation: isConnector ? 'Restrict-Connector' : 'Restrict-User',
    words: reason,
    summary: `${entityKind} ${entityName} was restricted. ${reason}. Look at the evidence, secure it, then unblock it.`,
    incidentId,
  };
}

/** Not restricted: new, observed, exempt or in its grace; or not yet beyond its threshold. */
export function reported(entity: Entity, verdict: Verdict, at: number): Activity {
  const common = { ...SERVICE, at, organizationId: entity.organizationId, entity: namedOf(entity), operation: '' };
  const sum = `sum ${verdict.sum.toFixed(1)} of ${verdict.threshold}`;
  if (verdict.action === 'warn') {
    const words = `sends unusual mail (${sum}): ${tellingWords(verdict)}`;
    const summary = `${calledOf(entity)} ${words}. Nothing was stopped; look at its message trace.`;
    return { ...common, name: 'SuspiciousSending', cause: 'warning', words, summary };
  }
  if (verdict.action === 'hold') {
    const words = 'is new and sends what looks like an attack: its relaying is deferred';
    const name = entity.kind === 'connector' ? 'ConnectorRestricted' : 'UserRestricted';
    const summary = `${calledOf(entity)} ${words}. Restrict it, or arm it if this is right.`;
    return { ...common, name, cause: 'held', words, summary };
  }
  const words = `would have been restricted (${sum}), but is not enforced`;
  return {
    ...common,
    name: 'SuspiciousSending',
    cause: 'not enforced',
    words,
    summary: `${calledOf(entity)} ${words}.`,
  };
}

function tellingWords({ families }: Verdict): string {
  const loudest = families.filter((family) => family.sum >= 1).sort((a, b) => b.sum - a.sum);
  const telling = loudest.length > 0 ? loudest : families.filter(({ family }) => family === 'recipients');
  return telling.map((family) => family.words).join('; ');
}

/** More than a limit of action `alert` allows, or than is usual. `words`: "10 001 recipients in a day, limit 10 000". */
export function exceeded(entity: Entity, words: string, at: number): Activity {
  return {
    ...SERVICE,
    name: 'SendingLimitExceeded',
    at,
    organizationId: entity.organizationId,
    entity: namedOf(entity),
    cause: 'limit',
    operation: '',
    words: `sent ${words}`,
    summary: `${calledOf(entity)} sent ${words}. Nothing was stopped; look at its message trace.`,
  };
}

/** Something of the guard itself does not work; mail goes on as the sentence says. */
export function degraded(part: string, what: string, at: number): Activity {
  const summary = `${part}: ${what}`;
  return { ...SERVICE, part, name: 'GuardDegraded', at, cause: 'trouble', operation: '', words: what, summary };
}

/** Undefined `before`: created; undefined `after`: deleted. */
export interface ConnectorChange {
  readonly before?: Connector | undefined;
  readonly after?: Connector | undefined;
  /** Undefined where nobody says: the service itself, or the demo. */
  readonly by?: Pick<ChangedBy, 'name' | 'clientAddress'> | undefined;
}

/** By what a connector is recognized and what it is called: whoever edits it may let somebody else relay as it. */
const TELLING_FIELDS = {
  name: 'name',
  senderIpAddresses: 'addresses',
  tlsSenderCertificateName: 'certificate name',
  clientCertificateFingerprints: 'certificate fingerprints',
  saslUsernames: 'logins',
  associatedAcceptedDomains: 'domains',
  localSubmission: 'local submission',
} as const satisfies { readonly [Field in keyof Connector]?: string };
type TellingField = keyof typeof TELLING_FIELDS;

/** Undefined where only its comment, mode or the like was edited. */
export function connectorChanged({ before, after, by }: ConnectorChange, at: number): Activity | undefined {
  const connector = after ?? before;
  if (connector === undefined) return undefined;
  const edited = editedFields(before, after);
  if (before !== undefined && after !== undefined && edited.length === 0) return undefined;
  const cause = before === undefined ? 'created' : after === undefined ? 'deleted' : 'changed';
  const details = edited.map((field) => sayField(field, before, after)).join('; ');
  const words = `${cause}${details === '' ? '' : `: ${details}`}`.slice(0, 1_000);
  const whoever = by === undefined ? '' : ` by ${by.name}${by.clientAddress === '' ? '' : ` from ${by.clientAddress}`}`;
  return {
    ...SERVICE,
    name: 'ConnectorChanged',
    at,
    organizationId: connector.organizationId,
    entity: namedOf(connector),
    cause,
    operation: { created: 'New-InboundConnector', changed: 'Set-InboundConnector', deleted: 'Remove-InboundConnector' }[
      cause
    ],
    by: by?.name ?? SERVICE.by,
    clientAddress: by?.clientAddress ?? '',
    words,
    summary: `${calledOf(connector)} was ${cause}${whoever}${words.slice(cause.length)}. If none of you did that, undo it and find out who signed in.`,
  };
}

function editedFields(before: Connector | undefined, after: Connector | undefined): TellingField[] {
  if (after === undefined) return [];
  const fields = Object.keys(TELLING_FIELDS) as TellingField[];
  if (before === undefined) return fields.filter((field) => field !== 'name' && said(after[field]) !== '');
  return fields.filter((field) => said(before[field]) !== said(after[field]));
}

function sayField(field: TellingField, before: Connector | undefined, after: Connector | undefined): string {
  const now = shortened(said(after![field])) || 'none';
  const title = TELLING_FIELDS[field];
  return before === undefined
    ? `${title} ${now}`
    : `${title} ${now}, before ${shortened(said(before[field])) || 'none'}`;
}

function said(value: string | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return value ? 'yes' : '';
  return typeof value === 'string' ? value : [...value].sort().join(', ');
}

const shortened = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 199)}…`);

const namedOf = ({ id, kind, name }: Entity): AlertedEntity => ({ id, kind, name });
const calledOf = ({ kind, name }: Entity): string => `${kind} ${name}`;
