// /connectors: the configured ways in, and the relaying that none of them claims.
import { z } from 'zod';
import type { Discovered } from '../attribution/discovery.ts';
import { CordonError } from '../errors.ts';
import type { RelayClient } from '../mail/relay-request.ts';
import { newConnector, removeConnector, setConnector } from '../operations/connectors.ts';
import { scopeOf, seesAll } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import {
  changesSchema,
  connectorSchema,
  discoveredSchema,
  newConnectorSchema,
  presentConnector,
  presentDiscovered,
} from './connector-view.ts';
import { id, idParameter, limit, pageOf, shortText } from './fields.ts';
import type { ApiPorts } from './ports.ts';

export function connectors(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.get(
    '/connectors',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List connectors',
        querystring: z.strictObject({
          organizationId: id.optional(),
          name: shortText.optional().describe('Exactly this name, whatever its case.'),
          limit,
          cursor: shortText.optional(),
        }),
        response: { 200: z.object({ items: z.array(connectorSchema), next: z.string().optional() }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const name = query.name?.toLowerCase();
      const all = directory.connectors(scopeOf(principal, query.organizationId, directory));
      const wanted = name === undefined ? all : all.filter((connector) => connector.name.toLowerCase() === name);
      const page = pageOf(wanted, (connector) => `${connector.name} ${connector.id}`, query);
      return { ...page, items: page.items.map((connector) => presentConnector(connector, ports)) };
    },
  );

  api.get(
    '/connectors/discovered',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List relaying that no connector claims, largest volume first; a tenant sees what is assigned to it',
        response: { 200: z.object({ items: z.array(discoveredSchema) }), ...refusals },
      },
    },
    async ({ principal }) => {
      const { organizationId } = principal;
      const found = unclaimed(ports);
      const seen = seesAll(principal, directory)
        ? found
        : found.filter((one) => directory.assigneeOf(asClient(one)) === organizationId);
      return { items: seen.map(presentDiscovered) };
    },
  );

  api.get(
    '/connectors/:id',
    {
      config: { action: 'connectors.read' },
      schema: { summary: 'Show a connector', params: idParameter, response: { 200: connectorSchema, ...refusals } },
    },
    async ({ principal, params }) => {
      const connector = directory.connector(params.id, principal.organizationId);
      if (connector === undefined) throw new CordonError('NOT_FOUND', `no connector ${params.id}`);
      return presentConnector(connector, ports);
    },
  );

  api.post(
    '/connectors',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: 'Create a connector',
        body: newConnectorSchema,
        response: { 201: connectorSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const connector = await newConnector(ports, request, request.body);
      return reply.code(201).send(presentConnector(connector, ports));
    },
  );

  api.patch(
    '/connectors/:id',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: 'Change a connector',
        params: idParameter,
        body: changesSchema,
        response: { 200: connectorSchema, ...refusals },
      },
    },
    async (request) => {
      const connector = await setConnector(ports, request, request.params.id, request.body);
      return presentConnector(connector, ports);
    },
  );

  api.delete(
    '/connectors/:id',
    {
      config: { action: 'connectors.write' },
      schema: { summary: 'Delete a connector', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      await removeConnector(ports, request, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

/** What by now belongs to a connector is left out. */
function unclaimed({ directory, discovery }: ApiPorts): readonly Discovered[] {
  return discovery.list((found) => directory.attribute(asClient(found))?.connector !== undefined);
}

function asClient(found: Discovered): RelayClient {
  const { clientAddress, saslUsername, certificateFingerprint, certificateName } = found;
  const names = certificateName === '' ? [] : [certificateName];
  return {
    mailServer: 'local',
    clientAddress,
    clientPort: 0,
    isLocalSubmission: found.localSubmission,
    saslUsername: saslUsername === '' ? undefined : saslUsername,
    certificate: { fingerprint: certificateFingerprint === '' ? undefined : certificateFingerprint, names },
  };
}
