// Where to find out more about a restricted entity.

export const incidentPath = ({ id, incidentId }: { id: string; incidentId: string }): string =>
  `/restrictedentities/${id}/incidents/${incidentId}`;

export const auditPath = (id: string): string => `/audit?entity=${id}`;

export const alertPath = (alertId: string): string => `/alerts?alert=${alertId}`;
