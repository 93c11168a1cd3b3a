// What a notification says beside its event: looked up once, when the event is expanded, and kept with each delivery.
import type { NotificationEvent } from '../alerts/notification-event.ts';
import type { Recommendation } from '../alerts/recommendations.ts';
import type { RestrictionCause } from '../restrictions/restriction.ts';

export interface NotificationDetails {
  readonly organizationName?: string | undefined;
  /** IANA. */
  readonly timeZone: string;
  /** Of the incident that the event is about, if it led to one. */
  readonly restriction?:
    | {
        /** False where somebody unblocked it before this was written. */
        readonly isInForce: boolean;
        /** When it ends by itself, milliseconds since 1970; undefined: when somebody unblocks. */
        readonly until?: number | undefined;
        readonly cause: RestrictionCause;
        readonly reason: string;
        /** Sum and threshold of the evidence, and what each family that spoke saw against what is normal. */
        readonly sum?: number | undefined;
        readonly threshold?: number | undefined;
        readonly seen: readonly { readonly family: string; readonly words: string }[];
      }
    | undefined;
  /** What passed before the restriction. */
  readonly gotOut?:
    | {
        /** Milliseconds since 1970. */
        readonly since: number;
        readonly messages: number;
        /** Recipients; the sum of the other four. */
        readonly accepted: number;
        readonly delivered: number;
        readonly queued: number;
        readonly bounced: number;
        readonly unknown: number;
      }
    | undefined;
  readonly recommendations: readonly Recommendation[];
}

/** The payload of a delivery by mail. */
export interface Notification {
  readonly event: NotificationEvent;
  readonly details: NotificationDetails;
}

const MOST_WORDS = 2_000;
const MOST_FAMILIES = 10;
const MOST_NAME = 300;

/** No longer than people read: whoever writes names and reasons does not fill the outbox with them. */
export function bounded({ event, details }: Notification): Notification {
  const { entity, restriction } = { entity: event.entity, restriction: details.restriction };
  return {
    event: {
      ...event,
      policyName: event.policyName.slice(0, MOST_NAME),
      summary: event.summary.slice(0, MOST_WORDS),
      entity: entity && { ...entity, name: entity.name.slice(0, MOST_NAME) },
      recipients: [],
    },
    details: {
      ...details,
      organizationName: details.organizationName?.slice(0, MOST_NAME),
      restriction: restriction && {
        ...restriction,
        reason: restriction.reason.slice(0, MOST_WORDS),
        seen: restriction.seen
          .slice(0, MOST_FAMILIES)
          .map(({ family, words }) => ({ family, words: words.slice(0, MOST_WORDS) })),
      },
    },
  };
}
