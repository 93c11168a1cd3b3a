import type { AuditRecord } from '../audit/audit-record.ts';
import { RECORD_TYPE_NAMES, recordTypeOf, toCommonSchema } from '../audit/common-schema.ts';
import { auditLogConfig } from '../operations/audit-log-config.ts';
import { searchAuditLog } from '../operations/audit-search.ts';
import { cmdlet, type Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { dateTime, flag, int, oneOf, refuseLonger, text, texts } from './parameter.ts';

/** Records that a session gives in all. */
const MOST = { ReturnLargeSet: 50_000, ReturnNextPreviewPage: 5_000 } as const;
const LARGEST_RESULT = 5_000;
const LONGEST_TEXT = 200;
const MOST_VALUES = 200;

export const searchUnifiedAuditLog = cmdlet({
  name: 'Search-UnifiedAuditLog',
  synopsis: 'Search the audit log: who changed what, from where, when, with which result.',
  description:
    'Gives the newest 100 records of the time that was named, newest first. To go through more, run it again and again with the same -SessionId and -SessionCommand until it gives nothing. A session of which nothing was heard for an hour begins anew.',
  parameters: {
    StartDate: dateTime({
      required: true,
      help: 'From then on. UTC where no offset is given; a date alone is its midnight.',
    }),
    EndDate: dateTime({
      required: true,
      help: 'Before then. The same date as -StartDate without times gives nothing.',
    }),
    Formatted: flag({ help: 'Names instead of numbers in AuditData, which becomes easier to read.' }),
    FreeText: text({ help: 'Stands in operation, name, object, address, parameters or changes; case does not count.' }),
    HighCompleteness: flag({ help: 'Completeness before speed.', ignored: 'every search is complete.' }),
    IPAddresses: texts({ help: 'Where the requests came from: any of these.' }),
    LongerRetentionEnabled: text({ help: 'Looks further back.', ignored: 'every search looks at all that is kept.' }),
    LegacyFlow: flag({ help: 'Searches as of old.', ignored: 'there is one way to search.' }),
    ObjectIds: texts({ help: 'What was changed: any of these ids.' }),
    Operations: texts({ help: 'What was done, for example Remove-BlockedConnector: any of these exact names.' }),
    RecordType: oneOf(RECORD_TYPE_NAMES, { help: 'Records of this type.' }),
    ResultSize: int(
      { help: `Records that it gives at once: 1 to ${LARGEST_RESULT}, 100 unless given.` },
      { min: 1, max: LARGEST_RESULT },
    ),
    SessionCommand: oneOf(['ReturnLargeSet', 'ReturnNextPreviewPage'], {
      help: `Records that a session gives in all: ReturnLargeSet ${MOST.ReturnLargeSet}, ReturnNextPreviewPage ${MOST.ReturnNextPreviewPage}.`,
    }),
    SessionId: text({ help: 'Any text. Given again, the search goes on where it ended. It needs -SessionCommand.' }),
    SiteIds: texts({ help: 'Sites of SharePoint, of which there are no records here.' }),
    UserIds: texts({ help: 'Who did it: any of these exact names.' }),
  },
  action: 'audit.read',
  isChange: false,
  runsOnce: true,
  outputType: 'UnifiedAuditLogRecord',
  output: [
    { name: 'RecordType', type: 'String', help: 'As the common schema names it.' },
    { name: 'CreationDate', type: 'DateTime', help: 'When it happened.' },
    { name: 'UserIds', type: 'String', help: 'Who did it.' },
    { name: 'Operations', type: 'String', help: "What was done: the cmdlet's name, whichever door was used." },
    { name: 'AuditData', type: 'String', help: 'The whole record in the common schema, as JSON.' },
    { name: 'ResultIndex', type: 'Int32', help: 'Its number in the session, from 1.' },
    { name: 'ResultCount', type: 'Int32', help: 'How many the session gives in all.' },
    { name: 'Identity', type: 'String', help: 'Id of the record.' },
    { name: 'IsValid', type: 'Boolean', help: 'True.' },
    { name: 'ObjectState', type: 'String', help: 'Unchanged.' },
  ],
  examples: [
    {
      command: 'Search-UnifiedAuditLog -StartDate 11/1/2026 -EndDate 11/8/2026 -Operations Remove-BlockedConnector',
      says: 'Shows who unblocked connectors in the first week of November 2026.',
    },
    {
      command:
        'Search-UnifiedAuditLog -StartDate 11/1/2026 -EndDate 12/1/2026 -SessionId November -SessionCommand ReturnLargeSet -ResultSize 5000',
      says: 'Shows up to 5 000 records of the month, and the next ones each time that it is run again.',
    },
  ],
  run: async (given, { ports, requester, organizationId, warn }) => {
    const { StartDate: start, EndDate: end, SessionId: sessionId, SessionCommand: command } = given;
    if (start > end) throw CmdletError.validation('StartDate', 'It must not be later than EndDate.');
    if (sessionId !== undefined && command === undefined) throw CmdletError.missing(['SessionCommand']);
    refuseLonger('SessionId', sessionId, LONGEST_TEXT);
    refuseLonger('FreeText', given.FreeText, LONGEST_TEXT);
    const filter = {
      from: start.getTime(),
      until: end.getTime(),
      operations: someOf('Operations', given.Operations),
      users: someOf('UserIds', given.UserIds),
      objectIds: someOf('ObjectIds', given.ObjectIds),
      clientAddresses: someOf('IPAddresses', given.IPAddresses),
      text: given.FreeText === '' ? undefined : given.FreeText,
    };
    if (!auditLogConfig(ports, requester.principal, organizationId).auditLog) warn(IS_OFF);
    if (someOf('SiteIds', given.SiteIds) !== undefined) return [];
    const page = await searchAuditLog(ports, requester.principal, {
      organizationId,
      filter,
      recordType: given.RecordType,
      size: given.ResultSize ?? 100,
      most: MOST[command ?? 'ReturnNextPreviewPage'],
      sessionId,
    });
    if (page.isCut && page.given === 0)
      warn(`There are more than ${page.count} records: name a shorter time or filters.`);
    return page.records.map((record, i) => rowOf(record, page.given + i + 1, page.count, given.Formatted === true));
  },
});

const IS_OFF =
  'The audit log is off: what happens now is not recorded. Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true turns it on.';

function rowOf(record: AuditRecord, index: number, count: number, isFormatted: boolean): Row {
  const type = recordTypeOf(record.operation);
  const common = toCommonSchema(record);
  const named = { ...common, RecordType: type, UserType: record.userType };
  return {
    RecordType: type,
    CreationDate: new Date(record.at),
    UserIds: record.by,
    Operations: record.operation,
    AuditData: isFormatted ? JSON.stringify(named, undefined, 2) : JSON.stringify(common),
    ResultIndex: index,
    ResultCount: count,
    Identity: record.id,
    IsValid: true,
    ObjectState: 'Unchanged',
  };
}

/** None at all is as good as not given. */
function someOf(name: string, values: readonly string[] | undefined): readonly string[] | undefined {
  if (values === undefined || values.length === 0) return undefined;
  if (values.length > MOST_VALUES) throw CmdletError.validation(name, `It takes at most ${MOST_VALUES} values.`);
  return [...new Set(values)];
}
