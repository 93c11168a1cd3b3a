// The filters as the address has them. What the guard would refuse is no filter.
import type { Schemas } from '../../api/client.ts';

export const ALL = 'all';

const SEVERITIES = ['High', 'Medium', 'Low', 'Informational'] as const;
const STATUSES = ['New', 'InProgress', 'Resolved'] as const;
const SPANS = ['day', 'week', 'month'] as const;

export interface Filters {
  readonly severity: Schemas['Alert']['severity'] | undefined;
  readonly status: Schemas['Alert']['status'] | undefined;
  /** Exactly this name. */
  readonly policy: string | undefined;
  readonly assignee: string | undefined;
  /** Up to now; undefined: any time. */
  readonly span: (typeof SPANS)[number] | undefined;
}

export function filtersOf(params: URLSearchParams): Filters {
  const oneOf = <Value extends string>(name: string, values: readonly Value[]) =>
    values.find((value) => value === params.get(name));
  return {
    severity: oneOf('severity', SEVERITIES),
    status: oneOf('status', STATUSES),
    policy: params.get('policy') ?? undefined,
    assignee: params.get('assignee') ?? undefined,
    span: oneOf('time', SPANS),
  };
}
