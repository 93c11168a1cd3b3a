// /erasures: forgetting an address. The search goes through the whole journal, so it is begun here and asked about until it has ended. The address
// stands in the request alone: no answer, log line or audit record repeats it.
import { z } from 'zod';
import { CordonError } from '../errors.ts';
import { Mention } from '../mail/mention.ts';
import { scopeOf } from '../operations/scope.ts';
import type { Erasure } from '../privacy/erasures.ts';
import { type Api, refusals } from './api.ts';
import { authorized } from './audited.ts';
import { id, idParameter } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { problemSchema, toProblem } from './problem.ts';

const count = z.number().int();
const erasureSchema = z
  .object({
    id: z.string(),
    organizationId: z.string().optional().describe('Absent: in all organizations.'),
    countOnly: z.boolean(),
    pseudonym: z.string().describe('What stands in its place in the audit log.'),
    state: z.enum(['running', 'done', 'failed']),
    progress: z.number().describe('How much of the journal was searched, 0 to 1.'),
    found: z.object({
      journalRecords: count.describe('Messages, and what became of them.'),
      restrictions: count.describe('Their evidence and reasons.'),
      alerts: count,
      exceptionWindows: count,
      auditRecords: count,
    }),
    stillNamed: z.array(z.string()).describe('Where it stays because it is in use: change it there, then begin again.'),
    error: problemSchema.optional(),
  })
  .meta({ id: 'Erasure' });

export function erasures(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.post(
    '/erasures',
    {
      config: { action: 'personal-data.erase' },
      schema: {
        summary: 'Forget an address: erase it from journal and evidence, pseudonymise it in the audit log',
        body: z
          .strictObject({
            address: z.string().max(320),
            organizationId: id.optional().describe('In its records only; else in all that the token sees.'),
            countOnly: z.boolean().default(false).describe('Only tell how much there is.'),
          })
          .meta({ id: 'NewErasure' }),
        response: { 202: erasureSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body, ip } = request;
      const { countOnly } = body;
      const change = {
        operation: countOnly ? 'Measure-PersonalData' : 'Remove-PersonalData',
        // A refusal stands in the log of who tried.
        organizationId: principal.organizationId ?? '',
        objectId: '',
        parameters: { countOnly },
      };
      const erasure = await authorized(ports, request, change, async () => {
        const organizationId = scopeOf(principal, body.organizationId, directory);
        const mention = Mention.of(body.address) ?? refuse();
        return ports.erasures.start({ mention, organizationId, countOnly, by: principal, clientAddress: ip });
      });
      return reply.code(202).send(present(erasure));
    },
  );

  api.get(
    '/erasures/:id',
    {
      config: { action: 'personal-data.erase' },
      schema: {
        summary: 'How far an erasure has come, and what was found',
        params: idParameter,
        response: { 200: erasureSchema, ...refusals },
      },
    },
    async ({ principal, params }) => {
      const erasure = ports.erasures.get(params.id);
      const isSeen = principal.organizationId === undefined || erasure?.organizationId === principal.organizationId;
      if (erasure === undefined || !isSeen) throw new CordonError('NOT_FOUND', `no erasure ${params.id}`);
      return present(erasure);
    },
  );
}

function refuse(): never {
  throw new CordonError('INVALID_REQUEST', 'address is no mail address', {
    fields: [{ path: 'address', message: 'give a mail address such as anna@example.com' }],
  });
}

function present({ error, stillNamed, ...erasure }: Erasure): z.output<typeof erasureSchema> {
  return { ...erasure, stillNamed: [...stillNamed], error: error && toProblem(error) };
}
