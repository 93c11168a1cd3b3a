// A notification as a webhook gets it. Fields are only ever added.
import type { Notification } from './details.ts';
import { portalLinks } from './portal-links.ts';

/** JSON. Names nobody whom it is sent to. `publicUrl`: of the portal, without a slash at the end. */
export function webhookBody({ event, details }: Notification, publicUrl: string): string {
  const { restriction, gotOut, recommendations, timeZone, organizationName } = details;
  const { at, recipients, ...told } = event;
  const links = portalLinks(event, publicUrl);
  return JSON.stringify({
    type: 'alert',
    ...told,
    at: new Date(at).toISOString(),
    organizationName,
    timeZone,
    restriction: restriction && {
      isInForce: restriction.isInForce,
      until: restriction.until === undefined ? undefined : new Date(restriction.until).toISOString(),
      cause: restriction.cause,
      reason: restriction.reason,
      sum: restriction.sum,
      threshold: restriction.threshold,
      seen: restriction.seen,
    },
    gotOut: gotOut && { ...gotOut, since: new Date(gotOut.since).toISOString() },
    recommendations,
    url: links.alert,
    evidenceUrl: links.evidence,
  });
}
