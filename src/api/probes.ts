// /probes: what the doors saw of a message that `cordon doctor` showed them. The provider's, since it tells of sessions.
import { z } from 'zod';
import type { Probe, Sighting } from '../activity/probes.ts';
import { describeBasis } from '../attribution/attribution.ts';
import type { Directory } from '../attribution/directory.ts';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { idParameter, shortText, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const probeSchema = z
  .object({
    id: z.string(),
    recipient: z.string(),
    until: z.string(),
    sightings: z
      .array(
        z.object({
          listener: z.string(),
          stage: z.string(),
          mailServer: z.string(),
          clientAddress: z.string(),
          clientPort: z.number().int(),
          localSubmission: z.boolean(),
          envelopeSender: z.string(),
          queueId: z.string().describe('Empty where the mail server told none yet.'),
          messageId: z.string(),
          attributedTo: z
            .object({ connectorName: z.string().optional(), login: z.string().optional(), basis: z.string() })
            .optional()
            .describe('Absent: nobody we know.'),
        }),
      )
      .describe('In the order of the questions.'),
  })
  .meta({ id: 'Probe' });

export function probes(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.post(
    '/probes',
    {
      config: { action: 'guard.probe', readOnly: true },
      schema: {
        summary: 'Note for two minutes which door is asked about a recipient',
        body: z.strictObject({ recipient: shortText.min(3) }),
        response: { 201: probeSchema, ...refusals },
      },
    },
    async ({ body }, reply) => {
      return reply.code(201).send(present(ports.probes.begin(ports.randomUUID(), body.recipient), directory));
    },
  );

  api.get(
    '/probes/:id',
    {
      config: { action: 'guard.probe' },
      schema: {
        summary: 'Show what the doors were asked',
        params: idParameter,
        response: { 200: probeSchema, ...refusals },
      },
    },
    async ({ params }) => {
      const probe = ports.probes.get(params.id);
      if (probe === undefined) throw new CordonError('NOT_FOUND', `no probe ${params.id}`);
      return present(probe, directory);
    },
  );
}

function present({ id, recipient, until, sightings }: Probe, directory: Directory): z.output<typeof probeSchema> {
  return { id, recipient, until: toTime(until), sightings: sightings.map((each) => presentSighting(each, directory)) };
}

function presentSighting({ client, ...sighting }: Sighting, directory: Directory) {
  const { mailServer, clientAddress, clientPort, isLocalSubmission = false } = client;
  const attribution = directory.attribute(client);
  return {
    ...sighting,
    mailServer,
    clientAddress,
    clientPort,
    localSubmission: isLocalSubmission,
    attributedTo: attribution && {
      connectorName: attribution.connector?.name,
      login: attribution.user?.name,
      basis: describeBasis(attribution.basis),
    },
  };
}
