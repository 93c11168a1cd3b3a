// /stats: counts since the start, and how the guard is. An organization sees its own things; the traffic of all, and what troubles the guard, is
// for whoever sees all.
import { z } from 'zod';
import { seesAll } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { noticeSchema } from './session-view.ts';

const counts = z.record(z.string(), z.number().int());

const statsSchema = z
  .object({
    version: z.string(),
    startedAt: z.string(),
    uptimeSeconds: z.number().int(),
    health: z
      .object({
        isReady: z.boolean(),
        parts: z
          .record(z.string(), z.string())
          .describe('Each part of the guard, as /readyz has them: "ok", or what is wrong.'),
        troubles: z
          .array(z.object({ part: z.string(), text: z.string() }))
          .optional()
          .describe('What does not work now, in words; they may name entities. For whoever sees all organizations.'),
      })
      .describe('Of the guard, which serves all organizations.'),
    connectors: z.number().int(),
    acceptedDomains: z.number().int(),
    restricted: z.number().int().describe('Now.'),
    traffic: z
      .object({
        decisions: z.record(z.string(), counts).describe('By door and action.'),
        messages: counts.describe('By what became of them.'),
        uncertain: z.number().int(),
        alerts: z.number().int(),
        restrictions: z.record(z.string(), counts).describe('Made, by kind and cause.'),
        unblocks: counts,
      })
      .optional()
      .describe("The guard's, for whoever sees all organizations."),
    notices: z.array(noticeSchema),
  })
  .meta({ id: 'Stats' });

export function stats(api: Api, ports: ApiPorts): void {
  const { directory, restrictions, counters, now, version } = ports;
  const startedAt = now();

  api.get(
    '/stats',
    {
      config: { action: 'guard.read' },
      schema: {
        summary: 'Counts since the start, and the health of the guard',
        response: { 200: statsSchema, ...refusals },
      },
    },
    async ({ principal }) => {
      const { organizationId } = principal;
      const traffic = {
        decisions: counters.decisions,
        messages: counters.messages,
        uncertain: counters.uncertain,
        alerts: counters.alerts,
        restrictions: counters.restricted,
        unblocks: counters.unblocked,
      };
      const restricted = [...restrictions.active.values()].filter(
        ({ restriction }) => organizationId === undefined || restriction.organizationId === organizationId,
      );
      const isForAll = seesAll(principal, directory);
      const { isReady, parts } = ports.readiness();
      const troubles = [...ports.troubles()].map(([part, text]) => ({ part, text }));
      return {
        version,
        startedAt: toTime(startedAt),
        // The clock may have been set back since.
        uptimeSeconds: Math.max(0, Math.floor((now() - startedAt) / 1_000)),
        health: { isReady, parts: { ...parts }, ...(isForAll ? { troubles } : {}) },
        connectors: directory.connectors(organizationId).length,
        acceptedDomains: directory.acceptedDomains(organizationId).length,
        restricted: restricted.length,
        notices: [...ports.notices(organizationId)],
        ...(isForAll ? { traffic } : {}),
      };
    },
  );
}
