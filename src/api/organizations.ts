// /organizations: the tenants that the principal sees, how long their data are kept, how much of a subject, and where users are helped.
import { z } from 'zod';
import { authorize } from '../access/authorize.ts';
import type { Keeping, Organization } from '../attribution/entity.ts';
import type { OrganizationLinks } from '../attribution/organization-links.ts';
import { changesBetween } from '../audit/changes.ts';
import { installationOf, scopeOf } from '../operations/scope.ts';
import { keptOf } from '../privacy/housekeeping.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { idParameter } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const days = (least: number) => z.number().int().min(least).max(3_650);
const name = z.string().trim().min(1).max(200);
const timeZone = z
  .string()
  .max(64)
  .describe('Of the time zone database, for example Europe/Zurich: whose calendar day a daily limit is about.');

/** As in cordon.yaml. */
const keepingFields = {
  journalDays: days(15).describe('How long the journal (message trace) is kept.'),
  evidenceDays: days(15).describe('How long alerts are kept, and the evidence of a restriction after it ended.'),
  auditDays: days(30).describe('How long audit records are kept, and restrictions after they ended.'),
  subjects: z.enum(['full', 'first-20', 'off']).describe('How much of a subject the journal keeps.'),
};
const chosenFields = {
  journalDays: keepingFields.journalDays.nullable().optional(),
  evidenceDays: keepingFields.evidenceDays.nullable().optional(),
  auditDays: keepingFields.auditDays.nullable().optional(),
  subjects: keepingFields.subjects.nullable().optional(),
};
const link = (what: string) =>
  z
    .string()
    .describe(`${what} An https: address (http: on loopback); {user} in it stands for the percent-encoded login.`);
const linkFields = {
  enableMfaUrl: link('Where multi-factor authentication of a user is turned on.').optional(),
  resetPasswordUrl: link('Where the password of a user is reset.').optional(),
};
const chosenLinkFields = {
  enableMfaUrl: linkFields.enableMfaUrl.nullable(),
  resetPasswordUrl: linkFields.resetPasswordUrl.nullable(),
};
const organizationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone,
    auditLog: z.boolean().describe('Off: changes are not recorded, and no alerts fire.'),
    ...keepingFields,
    ...linkFields,
  })
  .meta({ id: 'Organization' });
const changesSchema = z
  .strictObject({ name: name.optional(), timeZone: timeZone.optional(), ...chosenFields, ...chosenLinkFields })
  .describe('null: as cordon.yaml has it for all; of a link, none.')
  .meta({ id: 'OrganizationChanges' });

export function organizations(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

  api.get(
    '/organizations',
    {
      config: { action: 'organization.read' },
      schema: {
        summary: 'List organizations',
        response: { 200: z.object({ items: z.array(organizationSchema) }), ...refusals },
      },
    },
    async ({ principal }) => ({
      items: directory.organizations(principal.organizationId).map((organization) => present(organization, ports)),
    }),
  );

  api.post(
    '/organizations',
    {
      config: { action: 'organizations.write' },
      schema: {
        summary: 'Create an organization',
        body: z
          .strictObject({ name, timeZone: timeZone.optional(), ...chosenFields, ...chosenLinkFields })
          .meta({ id: 'NewOrganization' }),
        response: { 201: organizationSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const made = await audited(
        ports,
        request,
        {
          operation: 'New-Organization',
          organizationId: ({ id }) => id,
          objectId: ({ id }) => id,
          parameters: body,
          changes: (made) => changesBetween(undefined, present(made, ports)),
        },
        async () => {
          const { name: called, timeZone: zone, enableMfaUrl, resetPasswordUrl, ...chosen } = body;
          const links = chosenIn({ enableMfaUrl, resetPasswordUrl });
          return directory.addOrganization(called, chosenIn(chosen), zone, links);
        },
      );
      return reply.code(201).send(present(made, ports));
    },
  );

  api.patch(
    '/organizations/:id',
    {
      config: { action: 'organization.write' },
      schema: {
        summary: 'Change an organization; where there are several only the provider renames one',
        params: idParameter,
        body: changesSchema,
        response: { 200: organizationSchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, params, body } = request;
      const before = directory.organizations(principal.organizationId).find(({ id }) => id === params.id);
      const changed = await audited(
        ports,
        request,
        {
          operation: 'Set-Organization',
          // A refusal stands in the log of who tried.
          organizationId: before !== undefined ? params.id : (principal.organizationId ?? ''),
          objectId: params.id,
          parameters: body,
          changes: (after) => changesBetween(before && present(before, ports), present(after, ports)),
        },
        async () => {
          scopeOf(principal, params.id, directory);
          const { name: called, timeZone: zone, enableMfaUrl, resetPasswordUrl, ...chosen } = body;
          const links = chosenIn({ enableMfaUrl, resetPasswordUrl });
          const installation = installationOf(directory);
          if (chosen.auditDays !== undefined) authorize(principal, 'audit.configure', installation);
          // Names are unique over all: whoever may try them out would learn which other organizations there are.
          const isRenamed = called !== undefined && called !== before?.name;
          if (isRenamed && installation.organizations > 1) authorize(principal, 'organizations.write', installation);
          return directory.setOrganization(params.id, {
            name: called,
            timeZone: zone,
            keeping: chosenIn(chosen),
            links,
          });
        },
      );
      return present(changed, ports);
    },
  );
}

type Settings = Keeping & OrganizationLinks;
type Chosen = { readonly [K in keyof Settings]?: Settings[K] | null };

/** What was not mentioned is left out; what was null is there, and undefined. */
function chosenIn(chosen: Chosen): Settings {
  const mentioned = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return Object.fromEntries(mentioned.map(([key, value]) => [key, value ?? undefined]));
}

function present(
  { id, name: called, keeping, timeZone: zone, auditLog, links }: Organization,
  { keeps }: ApiPorts,
): z.output<typeof organizationSchema> {
  return { id, name: called, timeZone: zone, auditLog, ...keptOf(keeping, keeps), ...links };
}
