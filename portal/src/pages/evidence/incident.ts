// What the guard knows of one incident: each part is asked for by itself, so that what is quick need not wait for what is slow.
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';

export type IncidentEvidence = Schemas['IncidentEvidence'];
export type Message = Schemas['Message'];

export interface IncidentId {
  readonly entityId: string;
  readonly incidentId: string;
}

/** Attempts go on while it is restricted, and no event tells of each of them. */
const REFRESH_MS = 30_000;
const SAMPLES = 50;

export function useEvidence({ entityId, incidentId }: IncidentId) {
  return useQuery({
    queryKey: ['restricted-entities', 'evidence', { entityId, incidentId }],
    queryFn: () =>
      answer(
        api.GET('/api/v1/restricted-entities/{id}/evidence', {
          params: { path: { id: entityId }, query: { incidentId } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.restriction.ended === undefined ? REFRESH_MS : false),
  });
}

/** Needs the right to trace. */
export function useWhatGotOut({ entityId, incidentId }: IncidentId) {
  return useQuery({
    queryKey: ['what-got-out', { entityId, incidentId }],
    queryFn: () =>
      answer(
        api.GET('/api/v1/restricted-entities/{id}/what-got-out', {
          params: { path: { id: entityId }, query: { incidentId } },
        }),
      ),
    enabled: useMay('trace.read'),
  });
}

/** Needs the right to trace. */
export function useQueued(entityId: string, since: string, isAsked: boolean) {
  return useQuery({
    queryKey: ['queued-messages', { entityId, since }],
    queryFn: () => answer(api.GET('/api/v1/queued-messages', { params: { query: { entityId, since } } })),
    enabled: useMay('trace.read') && isAsked,
  });
}

/** The newest of the attack, that which tipped it among them. Needs the right to trace, and each question leaves an audit record: it is asked once. */
export function useSamples({ restriction, attack }: IncidentEvidence) {
  const { id: entityId } = restriction;
  const from = attack.since;
  // The message that tipped it may be of the very moment of the block.
  const until = new Date(Date.parse(attack.until) + 1).toISOString();
  return useQuery({
    queryKey: ['messages', 'samples', { entityId, from, until }],
    queryFn: () =>
      answer(api.GET('/api/v1/messages', { params: { query: { entityId, from, until, limit: SAMPLES } } })),
    enabled: useMay('trace.read'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useHistory({ id, organizationId }: IncidentEvidence['restriction']) {
  return useQuery({
    queryKey: ['restricted-entities', { entityId: id, organizationId, state: 'all' }],
    queryFn: () =>
      answer(
        api.GET('/api/v1/restricted-entities', {
          params: { query: { entityId: id, organizationId, state: 'all', limit: 100 } },
        }),
      ),
  });
}
