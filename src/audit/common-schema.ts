// An audit record in the common schema of the Office 365 Management Activity API, which tools for audit logs read.
import type { AuditRecord, AuditUserType } from './audit-record.ts';

export interface CommonRecord {
  readonly Id: string;
  readonly RecordType: number;
  /** UTC, without a zone suffix. */
  readonly CreationTime: string;
  readonly Operation: string;
  readonly OrganizationId: string;
  readonly UserType: number;
  readonly UserKey: string;
  readonly Workload: Workload;
  readonly UserId: string;
  readonly ResultStatus: 'True' | 'False';
  readonly ObjectId: string;
  readonly ClientIP: string;
  readonly Parameters: readonly { readonly Name: string; readonly Value: string }[];
  readonly ModifiedProperties: readonly {
    readonly Name: string;
    readonly OldValue: string;
    readonly NewValue: string;
  }[];
  readonly Version: 1;
}

export type Workload = 'Exchange' | 'SecurityComplianceCenter' | 'AzureActiveDirectory';

/** AuditLogRecordType of the schema: what Cordon records is of some of them, what people look for beside that of the others. */
export const RECORD_TYPES = {
  ExchangeAdmin: 1,
  ExchangeItem: 2,
  ExchangeItemGroup: 3,
  AzureActiveDirectoryStsLogon: 15,
  SecurityComplianceCenterEOPCmdlet: 18,
  ThreatIntelligence: 28,
  MailSubmission: 29,
  SecurityComplianceAlerts: 40,
  HygieneEvent: 51,
  AirInvestigation: 64,
  Quarantine: 65,
} as const;
export type RecordType = keyof typeof RECORD_TYPES;
export const RECORD_TYPE_NAMES = Object.keys(RECORD_TYPES) as readonly RecordType[];

const USER_TYPES: Readonly<Record<AuditUserType, number>> = { Admin: 2, System: 4, Application: 5 };
const HYGIENE = 'HygieneTenantEvents';
const SIGN_INS: readonly string[] = ['UserLoggedIn', 'UserLoginFailed', 'UserLoggedOut'];

export function toCommonSchema(record: AuditRecord): CommonRecord {
  const { type, workload } = kindOf(record.operation);
  return {
    Id: record.id,
    RecordType: RECORD_TYPES[type],
    CreationTime: new Date(record.at).toISOString().slice(0, 19),
    Operation: record.operation,
    OrganizationId: record.organizationId,
    UserType: USER_TYPES[record.userType],
    UserKey: record.userKey,
    Workload: workload,
    UserId: record.by,
    ResultStatus: record.result === 'Succeeded' ? 'True' : 'False',
    ObjectId: record.objectId,
    ClientIP: record.clientAddress,
    Parameters: Object.entries(record.parameters).map(([Name, value]) => ({ Name, Value: textOf(value) })),
    ModifiedProperties: (record.changes ?? []).map(({ name, before, after }) => ({
      Name: name,
      OldValue: textOf(before),
      NewValue: textOf(after),
    })),
    Version: 1,
  };
}

/** All that are of this type; undefined where they are too many to be named. */
export function operationsOf(type: RecordType): readonly string[] | undefined {
  if (type === 'HygieneEvent') return [HYGIENE];
  if (type === 'AzureActiveDirectoryStsLogon') return SIGN_INS;
  return type === 'ExchangeAdmin' || type === 'SecurityComplianceAlerts' ? undefined : [];
}

export const recordTypeOf = (operation: string): RecordType => kindOf(operation).type;

/** RecordType and Workload as the schema has them for what the operation does. */
function kindOf(operation: string): { readonly type: RecordType; readonly workload: Workload } {
  if (operation === HYGIENE) return { type: 'HygieneEvent', workload: 'Exchange' };
  if (SIGN_INS.includes(operation)) return { type: 'AzureActiveDirectoryStsLogon', workload: 'AzureActiveDirectory' };
  if (operation.includes('Alert')) return { type: 'SecurityComplianceAlerts', workload: 'SecurityComplianceCenter' };
  return { type: 'ExchangeAdmin', workload: 'Exchange' };
}

/** Texts as they are, truths as PowerShell writes them, structures as JSON. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}
