// A link to another page of the portal that looks like the others of the kit.
import { Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useHref, useLinkClickHandler } from 'react-router';

export function PageLink({ to, label, children }: { to: string; label?: string; children: ReactNode }) {
  return (
    <Link href={useHref(to)} aria-label={label} onClick={useLinkClickHandler(to)}>
      {children}
    </Link>
  );
}

export const incidentPath = ({ id, incidentId }: { id: string; incidentId: string }): string =>
  `/restrictedentities/${id}/incidents/${incidentId}`;

export const auditPath = (id: string): string => `/audit?item=${id}`;

export const alertPath = (alertId: string): string => `/alerts?alert=${alertId}`;
