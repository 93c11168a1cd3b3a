// Lights the room notifications: whom it tells, what it knows of an event, and what the guard says of its troubles.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { JournalStore } from './activity/journal-store.ts';
import { outflow, sumOf } from './activity/outflow.ts';
import type { NotificationEvent } from './alerts/notification-event.ts';
import { recommendationsFor } from './alerts/recommendations.ts';
import type { Counters } from './api/counters.ts';
import { beganAt } from './api/incident.ts';
import type { Directory } from './attribution/directory.ts';
import type { Config } from './config/schema.ts';
import { CordonError } from './errors.ts';
import type { NotificationDetails } from './notifications/details.ts';
import { Notifications } from './notifications/notifications.ts';
import type { RestrictedEntities } from './restrictions/restricted-entities.ts';
import type { Restriction } from './restrictions/restriction.ts';
import type { Store } from './store/store.ts';

export interface NotificationParts {
  readonly config: Config;
  readonly store: Pick<Store, 'outbox' | 'webhooks' | 'journal'>;
  readonly directory: Directory;
  readonly restricted: RestrictedEntities;
  readonly counters: Counters;
  readonly log: Logger;
  /** 32 random bytes, the same at each start. */
  readonly key: Buffer;
  /** Addresses of administrators' accounts: undefined for what concerns the guard and no organization. */
  readonly administratorAddresses: (organizationId: string | undefined) => readonly string[];
  /** Where the API answers, once it does. */
  readonly apiUrl: () => string | undefined;
  readonly trouble: (part: string, what: string) => void;
  readonly well: (part: string) => void;
  readonly now: () => number;
  readonly randomUUID: () => string;
}

/** The part of the guard that is in trouble while notifications do not arrive. */
export const NOTIFICATIONS = 'notifications';

/** Rejects with CONFIG_UNREADABLE or STORE_UNAVAILABLE. */
export function openNotifications(parts: NotificationParts): Promise<Notifications> {
  const { config, store, directory, counters, log, trouble, well, now, randomUUID } = parts;
  const { notifications: settings, http, listeners, organization } = config;
  const hostName = listeners.smtpRelay.hostname ?? hostname();
  const from = settings.from ?? `cordon@${organization.acceptedDomains[0] ?? hostName}`;
  return Notifications.open({
    outbox: store.outbox,
    webhooks: store.webhooks,
    mail: { ...settings, ca: readPem(settings.caFile, 'notifications.caFile'), hostName },
    from: `Cordon <${from}>`,
    envelopeSender: settings.envelopeSender ?? '',
    targets: {
      allowed: settings.privateWebhookTargets,
      ca: readPem(settings.webhookCaFile, 'notifications.webhookCaFile'),
    },
    key: parts.key,
    publicUrl: () => http.publicUrl ?? parts.apiUrl() ?? `http://${http.host}:${http.port}`,
    administratorAddresses: parts.administratorAddresses,
    providersOrganization: () => {
      const all = directory.organizations();
      return all.length === 1 ? all[0]!.id : undefined;
    },
    detailsOf: (event) => detailsOf(event, parts),
    onNobody: ({ id: eventId, policyName, organizationId }) => {
      counters.notifications.none.nobody++;
      log.error(
        { eventId, policyName, organizationId },
        'an alert reached nobody: none of its recipients has an address, and there is no webhook',
      );
    },
    onResult: (channel, result, target, words) => {
      const counts: Record<string, number> = counters.notifications[channel];
      counts[result] = (counts[result] ?? 0) + 1;
      if (result === 'taken') well(NOTIFICATIONS);
      else if (result === 'given-up') trouble(NOTIFICATIONS, `not taken for three days and given up: ${words}`);
      else log.warn({ channel, target, result, words }, 'a notification did not arrive');
    },
    onShed: (count) => {
      counters.notifications.none.shed += count;
      trouble(NOTIFICATIONS, `${count} were thrown away: too many wait`);
    },
    onFailure: (error) => log.error({ err: error }, 'the outbox cannot be read or written'),
    onReportFailure: (error) => log.warn({ err: error }, 'a non-delivery report could not be sent'),
    now,
    random: Math.random,
    randomUUID,
    setTimer: (act, milliseconds) => {
      const timer = setTimeout(act, milliseconds).unref();
      return () => clearTimeout(timer);
    },
  });
}

function readPem(file: string | undefined, key: string): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CordonError('CONFIG_UNREADABLE', `${file} (${key}) cannot be read`, { cause });
  }
}

type Known = Pick<NotificationParts, 'directory' | 'restricted' | 'now'> & {
  readonly store: { readonly journal: Pick<JournalStore, 'trace' | 'deliveries'> };
};

async function detailsOf(event: NotificationEvent, known: Known): Promise<NotificationDetails> {
  const { organizationId, entity } = event;
  const [organization] = organizationId === undefined ? [] : known.directory.organizations(organizationId);
  const restriction = await restrictionOf(event, known.restricted);
  return {
    organizationName: organization?.name,
    timeZone: organization?.timeZone ?? 'UTC',
    restriction: restriction && {
      isInForce: restriction.ended === undefined,
      until: restriction.until,
      cause: restriction.cause,
      reason: restriction.reason,
      sum: restriction.evidence?.sum,
      threshold: restriction.evidence?.threshold,
      seen: seenIn(restriction),
    },
    gotOut: restriction && (await gotOutBefore(restriction, known)),
    recommendations: entity === undefined ? [] : recommendationsFor(entity),
  };
}

async function restrictionOf(
  { entity, incidentId, organizationId }: NotificationEvent,
  restricted: RestrictedEntities,
): Promise<Restriction | undefined> {
  if (entity === undefined || incidentId === undefined) return undefined;
  const active = restricted.active.get(entity.id)?.restriction;
  if (active?.incidentId === incidentId) return active;
  const past = await restricted.list({ organizationId, entityId: entity.id, limit: 100 });
  return past.find((restriction) => restriction.incidentId === incidentId);
}

/** The families that spoke for it, loudest first. */
function seenIn({ evidence }: Restriction): NonNullable<NotificationDetails['restriction']>['seen'] {
  const spoke = evidence?.families.filter(({ sum }) => sum > 0) ?? [];
  return spoke.sort((a, b) => b.sum - a.sum).map(({ family, words }) => ({ family, words }));
}

async function gotOutBefore(restriction: Restriction, { store, now }: Known): Promise<NotificationDetails['gotOut']> {
  const { organizationId, entityId, since: until } = restriction;
  const since = beganAt(restriction);
  const query = { organizationId, entityId, from: since, until: until + 1 };
  return { since, ...(await sumOf(outflow(store.journal, query, now()))) };
}
