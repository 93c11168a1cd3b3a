// /stats: counts since the start. An organization sees its own things; the traffic of all is for whoever sees all.
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
  const startedAt = toTime(now());

  api.get(
    '/stats',
    {
      config: { action: 'guard.read' },
      schema: { summary: 'Counts since the start', response: { 200: statsSchema, ...refusals } },
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
      return {
        version,
        startedAt,
        connectors: directory.connectors(organizationId).length,
        acceptedDomains: directory.acceptedDomains(organizationId).length,
        restricted: restricted.length,
        notices: [...ports.notices(organizationId)],
        ...(seesAll(principal, directory) ? { traffic } : {}),
      };
    },
  );
}
