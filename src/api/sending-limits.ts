// /organizations/{id}/sending-limits: how much users and connectors may send. /sending-limits/{id}: how much of it one has used.
import type { z } from 'zod';
import { CordonError } from '../errors.ts';
import { knownEntity } from '../operations/known-entities.ts';
import { scopeOf } from '../operations/scope.ts';
import { setSendingLimits } from '../operations/sending-limits.ts';
import { type Api, refusals } from './api.ts';
import { idParameter } from './fields.ts';
import { limitPolicySchema, limitUseSchema } from './limit-view.ts';
import type { ApiPorts } from './ports.ts';

export function sendingLimits(api: Api, ports: ApiPorts): void {
  const { directory, limitUse } = ports;

  api.get(
    '/organizations/:id/sending-limits',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: "Show an organization's sending limits",
        params: idParameter,
        response: { 200: limitPolicySchema, ...refusals },
      },
    },
    async ({ principal, params }) => {
      scopeOf(principal, params.id, directory);
      return directory.limitPolicyOf(params.id) as z.output<typeof limitPolicySchema>;
    },
  );

  api.put(
    '/organizations/:id/sending-limits',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: "Replace an organization's sending limits",
        params: idParameter,
        body: limitPolicySchema,
        response: { 200: limitPolicySchema, ...refusals },
      },
    },
    async (request) => {
      const { params, body } = request;
      const limits = await setSendingLimits(ports, request, params.id, () => body, body);
      return limits as z.output<typeof limitPolicySchema>;
    },
  );

  api.get(
    '/sending-limits/:id',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'Show the limits of a connector or user, and how much of them is used',
        params: idParameter,
        response: { 200: limitUseSchema, ...refusals },
      },
    },
    async ({ principal, params }) => {
      const entity = await knownEntity(ports, params.id, principal.organizationId);
      if (entity === undefined) throw new CordonError('NOT_FOUND', `no connector or user ${params.id}`);
      return { entityId: entity.id, kind: entity.kind, name: entity.name, limits: [...limitUse(entity)] };
    },
  );
}
