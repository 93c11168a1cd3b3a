// Every reply that Cordon gives a mail server. `docs/replies.md` lists the same; a test keeps both equal.
// The words of the fixed ones are Microsoft's (reference: microsoft-365.md 1.4), so that operators recognize them.
import type { Reply } from './reply.ts';

export const REPLIES = {
  restrictedConnector: {
    code: 550,
    enhanced: '5.7.711',
    text: 'Access denied, bad inbound connector. AS(2204).',
    human:
      "Your message couldn't be delivered. The most common reason for this is that your organization's email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin for assistance.",
  },
  restrictedUser: {
    code: 550,
    enhanced: '5.1.8',
    text: 'Access denied, bad outbound sender AS(42004)',
    human:
      "Your message couldn't be delivered because you weren't recognized as a valid sender. The most common reason for this is that your email address is suspected of sending spam and it's no longer allowed to send email. Contact your email admin for assistance.",
  },
  relayDenied: { code: 550, enhanced: '5.7.64', text: 'TenantAttribution; Relay Access Denied SMTP' },
  /** A new connector whose sum passed the threshold, or 500 relayed recipients a day: held until somebody has looked. */
  newConnectorHeld: {
    code: 451,
    enhanced: '4.7.1',
    text: 'New connector held for review, try again later',
  },
  /** A sending limit whose action is `defer`. */
  sendingLimitReached: { code: 451, enhanced: '4.7.1', text: 'Sending limit reached, try again later' },
  /** The same for the recipients of one message: the client sends the rest in another one (RFC 5321 4.5.3.1.10). */
  tooManyRecipients: { code: 452, enhanced: '4.5.3', text: 'Too many recipients, send the rest in another message' },
  /** A sending limit whose action is `refuse`. */
  dailyLimitReached: {
    code: 550,
    enhanced: '5.1.90',
    text: "Your message can't be sent because you've reached your daily limit for message recipients",
  },
  /** Doubt is temporary: a restriction that is not yet durable, a guard that cannot decide in time. */
  guardUncertain: { code: 451, enhanced: '4.7.1', text: 'Service unavailable, try again later' },
} as const satisfies Record<string, Reply>;

export type ReplyName = keyof typeof REPLIES;
