// Where the portal shows what a notification is about. Pure.
import type { NotificationEvent } from '../alerts/notification-event.ts';

type What = Pick<NotificationEvent, 'alertId' | 'entity' | 'incidentId'>;

export interface PortalLinks {
  readonly alert: string;
  /** Of the incident; undefined where the event is about none. */
  readonly evidence?: string | undefined;
  readonly restrictedEntities: string;
}

/** `publicUrl`: without a slash at the end. */
export function portalLinks({ alertId, entity, incidentId }: What, publicUrl: string): PortalLinks {
  const restrictedEntities = `${publicUrl}/restrictedentities`;
  const isIncident = entity !== undefined && incidentId !== undefined;
  return {
    alert: `${publicUrl}/alerts?alert=${encodeURIComponent(alertId)}`,
    evidence: isIncident ? `${restrictedEntities}/${entity.id}/incidents/${incidentId}` : undefined,
    restrictedEntities,
  };
}
