// What the API needs of the other rooms; `main.ts` hands it in.
import type { OidcSignIn } from '../access/oidc.ts';
import type { Sessions } from '../access/sessions.ts';
import type { PasswordSignIn } from '../access/sign-in.ts';
import type { MailPerMinute } from '../activity/mail-per-minute.ts';
import type { Probes } from '../activity/probes.ts';
import type { Discovery } from '../attribution/discovery.ts';
import type { Entity } from '../attribution/entity.ts';
import type { CmdletPorts } from '../cmdlets/cmdlet.ts';
import type { LearntTraffic } from '../detection/detector.ts';
import type { Attempts } from '../detection/state.ts';
import type { Suspect } from '../detection/suspects.ts';
import type { VerdictLevel } from '../detection/verdict.ts';
import type { LimitUse } from '../limits/send-limiter.ts';
import type { Notifications } from '../notifications/notifications.ts';
import type { Erasures } from '../privacy/erasures.ts';
import type { Kept } from '../privacy/housekeeping.ts';
import type { Counters } from './counters.ts';
import type { EventFeed } from './event-feed.ts';
import type { Notice } from './notices.ts';

export interface ApiPorts extends CmdletPorts {
  readonly discovery: Discovery;
  readonly sessions: Sessions;
  readonly signIn: PasswordSignIn;
  readonly oidc: OidcSignIn;
  /** Where people reach the portal, as `http.publicUrl` has it, without a slash at the end. */
  readonly publicUrl?: string | undefined;
  /** What everybody who looks at the organization must be told; undefined: at all of them. From memory. */
  readonly notices: (organizationId: string | undefined) => readonly Notice[];
  readonly erasures: Erasures;
  readonly notifications: Notifications;
  /** What is kept, and how long, of organizations that choose nothing else. */
  readonly keeps: Kept;
  readonly events: EventFeed;
  readonly counters: Counters;
  readonly mailPerMinute: MailPerMinute;
  /** What the doors note for `cordon doctor`. */
  readonly probes: Probes;
  /** How the sequential test stands for a connector or user; undefined where it has seen nothing of it. */
  readonly standingOf?: ((entityId: string) => Standing | undefined) | undefined;
  /** What was refused of a connector or user since it was restricted; undefined where it is not. */
  readonly attemptsOf: (entityId: string) => Readonly<Attempts> | undefined;
  /** What it has learnt of how much the connector sends; undefined where it has seen nothing of it. */
  readonly learntTraffic?: ((entityId: string) => LearntTraffic | undefined) | undefined;
  /** Entities with much against them that are not restricted, highest sum first. From memory. */
  readonly suspects?: (() => readonly (Suspect & { readonly rising: boolean | undefined })[]) | undefined;
  /** The limits of a connector or user, and how much of them is used. */
  readonly limitUse: (entity: Entity) => readonly LimitUse[];
  /** Messages since the start by what came of asking the content filter; undefined where none is asked. */
  readonly filterAnswers?: (() => Readonly<Record<string, number>>) | undefined;
  /** Answers of the mail logs since the start, by what became of them (joined, unjoined); undefined where none is followed. */
  readonly mailLogAnswers?: (() => Readonly<Record<string, number>>) | undefined;
  /** May mail be judged now? One entry per part of the guard. From memory. */
  readonly readiness: () => Readiness;
  /** What does not work now, by part, in words that may name entities. From memory. */
  readonly troubles: () => ReadonlyMap<string, string>;
  readonly randomBytes: (size: number) => Buffer;
}

export interface Standing {
  readonly level: VerdictLevel;
  readonly sum: number;
  readonly threshold: number;
  readonly isRestricted: boolean;
  /** Refused since it was restricted, as the detector counts them; `lastAt` is 0 where there were none. */
  readonly attempts: { readonly messages: number; readonly recipients: number; readonly lastAt: number };
}

export interface Readiness {
  readonly isReady: boolean;
  /** For example { store: 'ok', postfixPolicy: 'not listening' }. Names no entity. */
  readonly parts: Readonly<Record<string, string>>;
}
