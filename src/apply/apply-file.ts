// The file of `cordon apply`: organizations with their identities, domains, limits and connectors, as they should be. What it does not mention stays as it is.
import { z } from 'zod';
import { IDENTITY_KINDS } from '../attribution/identity.ts';
import { LIMIT_ACTIONS, MEASURES } from '../attribution/sending-limits.ts';
import { sayIssues } from '../config/say-issue.ts';
import { invalidFile, parseYaml, readYamlText } from '../config/yaml-file.ts';

const text = z.string().max(255);
const list = z.array(text).max(1_000);
const days = (least: number) => z.number().int().min(least).max(3_650).optional();

const limit = z.strictObject({ most: z.number().int().min(1).max(10_000_000), action: z.enum(LIMIT_ACTIONS) });
const limits = z.strictObject(
  Object.fromEntries(MEASURES.map((measure) => [measure, limit.optional()])) as {
    [M in (typeof MEASURES)[number]]: z.ZodOptional<typeof limit>;
  },
);

const connector = z.strictObject({
  name: text.min(1),
  enabled: z.boolean().optional(),
  type: z.enum(['OnPremises', 'Partner']).optional(),
  senderIpAddresses: list.optional(),
  tlsSenderCertificateName: text.optional(),
  clientCertificateFingerprints: list.optional(),
  saslUsernames: list.optional(),
  localSubmission: z.boolean().optional(),
  associatedAcceptedDomains: list.optional(),
  comment: z.string().max(1_000).optional(),
  mode: z.enum(['enforce', 'observe', 'exempt']).optional(),
  bulk: z.boolean().optional(),
  armed: z.boolean().optional(),
  ndr: z.boolean().optional(),
  sendingLimits: limits.optional(),
});

const identityPool = z.strictObject(
  Object.fromEntries(IDENTITY_KINDS.map((kind) => [kind, list.optional()])) as {
    [K in (typeof IDENTITY_KINDS)[number]]: z.ZodOptional<typeof list>;
  },
);

const organization = z.strictObject({
  name: z.string().trim().min(1).max(200),
  journalDays: days(15),
  evidenceDays: days(15),
  auditDays: days(30),
  subjects: z.enum(['full', 'first-20', 'off']).optional(),
  enableMfaUrl: z.string().optional(),
  resetPasswordUrl: z.string().optional(),
  identityPool: identityPool.optional(),
  acceptedDomains: list.optional(),
  sendingLimits: z
    .strictObject({
      users: limits.optional(),
      connectors: limits.optional(),
      logins: z.record(text, limits).optional(),
    })
    .optional(),
  connectors: z.array(connector).max(100_000).optional(),
});

/** The one schema of the file. */
export const applySchema = z.strictObject({ organizations: z.array(organization).min(1).max(10_000) });

export type OrganizationEntry = z.output<typeof organization>;
export type ConnectorEntry = z.output<typeof connector>;

export interface ApplyFile {
  readonly name: string;
  readonly organizations: readonly OrganizationEntry[];
  /** Where an entry stands: `contoso.yaml:12`. */
  line(path: readonly PropertyKey[]): string;
}

/** Rejects with CONFIG_UNREADABLE, or with APPLY_INVALID naming every mistake at once. */
export async function readApplyFile(name: string): Promise<ApplyFile> {
  const file = parseYaml(await readYamlText(name, true), name, 'APPLY_INVALID');
  const result = applySchema.safeParse(file.values, { reportInput: true });
  if (!result.success) {
    const said = sayIssues(result.error.issues, keysIn);
    throw invalidFile(
      'APPLY_INVALID',
      name,
      said.map(({ path, message }) => ({ path: file.place(path), message })),
    );
  }
  const { organizations } = result.data;
  const line = (path: readonly PropertyKey[]) => file.place(path).split(' ')[0]!;
  refuseTwice(name, organizations, line);
  return { name, organizations, line };
}

/** Entries are known by their names: the second of a name would undo the first. */
function refuseTwice(name: string, organizations: readonly OrganizationEntry[], line: ApplyFile['line']): void {
  const mistakes = [
    ...namedTwice(organizations).map((i) => ({ path: line(['organizations', i, 'name']), message: 'is named before' })),
    ...organizations.flatMap(({ connectors = [] }, o) =>
      namedTwice(connectors).map((i) => ({
        path: `${line(['organizations', o, 'connectors', i, 'name'])} connector ${connectors[i]!.name}`,
        message: 'is named before',
      })),
    ),
  ];
  if (mistakes.length > 0) throw invalidFile('APPLY_INVALID', name, mistakes);
}

function namedTwice(entries: readonly { readonly name: string }[]): number[] {
  const seen = new Set<string>();
  return entries.flatMap(({ name }, i) => {
    const isAgain = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isAgain ? [i] : [];
  });
}

/** The keys of a section, for "did you mean". */
function keysIn(path: readonly PropertyKey[]): readonly string[] {
  const section = path.filter((part) => typeof part !== 'number');
  const [last, before] = [section.at(-1), section.at(-2)];
  if (last === undefined) return Object.keys(applySchema.shape);
  if (last === 'organizations') return Object.keys(organization.shape);
  if (last === 'connectors' && before === 'organizations') return Object.keys(connector.shape);
  if (last === 'sendingLimits' && before === 'organizations') return ['users', 'connectors', 'logins'];
  if (last === 'identityPool') return IDENTITY_KINDS;
  if (last === 'logins') return [];
  if (MEASURES.some((measure) => measure === last)) return ['most', 'action'];
  return MEASURES;
}
