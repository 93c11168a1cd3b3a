// What is searched for, as it stands in the page's address and as the guard is asked for it.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

const HOUR_MS = 3_600_000;
/** How far back; `all` and `custom` have no such length. */
const RANGES = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;

export const RANGE_NAMES = ['hour', 'day', 'week', 'month', 'all', 'custom'] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

export interface AuditFilter {
  readonly range: RangeName;
  /** ISO 8601, of the range `custom`; '': open. */
  readonly from: string;
  readonly until: string;
  readonly operations: readonly string[];
  readonly user: string;
  readonly entity: string;
  readonly clientAddress: string;
  readonly text: string;
}

export const NO_FILTER: AuditFilter = {
  range: 'week',
  from: '',
  until: '',
  operations: [],
  user: '',
  entity: '',
  clientAddress: '',
  text: '',
};

/** A new page of the browser's history for each search; what is open in a flyout is closed. */
export function useAuditFilter(): readonly [AuditFilter, (filter: AuditFilter) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => read(params), [params]);
  return [filter, (chosen) => setParams(write(chosen))];
}

function read(params: URLSearchParams): AuditFilter {
  const text = (name: string) => params.get(name) ?? '';
  const range = RANGE_NAMES.find((name) => name === params.get('range')) ?? NO_FILTER.range;
  return {
    range,
    from: text('from'),
    until: text('until'),
    operations: params.getAll('operation'),
    user: text('user'),
    entity: text('entity'),
    clientAddress: text('clientAddress'),
    text: text('text'),
  };
}

function write({ range, operations, ...texts }: AuditFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (range !== NO_FILTER.range) params.set('range', range);
  for (const [name, value] of Object.entries(texts)) if (value !== '') params.set(name, value);
  for (const operation of operations) params.append('operation', operation);
  return params;
}

/** For the guard; a range that ends now begins so far before it. */
export function queryOf(filter: AuditFilter, organizationId: string | undefined) {
  const { range, operations, user, entity, clientAddress, text } = filter;
  const given = (value: string) => (value === '' ? undefined : value);
  const isCustom = range === 'custom';
  const from = range in RANGES ? new Date(Date.now() - RANGES[range as keyof typeof RANGES]).toISOString() : undefined;
  return {
    organizationId,
    from: isCustom ? given(filter.from) : from,
    until: isCustom ? given(filter.until) : undefined,
    operation: operations.length === 0 ? undefined : [...operations],
    user: given(user),
    entity: given(entity),
    clientAddress: given(clientAddress),
    text: given(text),
  };
}
