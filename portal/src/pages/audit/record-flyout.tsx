// All that a record says.
import { Button, Subtitle2, Text } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { Empty } from '../../parts/answered.tsx';
import { Details } from '../../parts/details.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type AuditFilter, NO_FILTER } from './audit-filter.ts';
import type { ItemNames } from './item-names.ts';
import { type AuditRecord, itemOf, valueText } from './record-text.ts';
import { Result } from './result.tsx';

export interface RecordFlyoutProps {
  /** Undefined: it is not among those that were loaded. */
  readonly record: AuditRecord | undefined;
  readonly names: ItemNames;
  readonly onClose: () => void;
  readonly onSearch: (filter: AuditFilter) => void;
}

export function RecordFlyout({ record, names, onClose, onSearch }: RecordFlyoutProps) {
  const { audit: strings } = useStrings();
  if (record === undefined) {
    return (
      <Flyout title={strings.record} onClose={onClose}>
        <Empty title={strings.notLoaded}>{strings.notLoadedText}</Empty>
      </Flyout>
    );
  }
  const { by, objectId, operation } = record;
  const searchAll = (some: Partial<AuditFilter>) => onSearch({ ...NO_FILTER, range: 'all', ...some });
  return (
    <Flyout
      wide
      title={strings.activityNames[operation] ?? operation}
      onClose={onClose}
      actions={
        <>
          {objectId !== '' && <Button onClick={() => searchAll({ entity: objectId })}>{strings.ofItem}</Button>}
          <Button onClick={() => searchAll({ user: by })}>{strings.ofUser}</Button>
        </>
      }
    >
      <Facts record={record} names={names} />
      {record.changes !== undefined && record.changes.length > 0 && <Changes changes={record.changes} />}
      <Parameters parameters={record.parameters} />
    </Flyout>
  );
}

function Facts({ record, names }: { record: AuditRecord; names: ItemNames }) {
  const { audit: strings, frame } = useStrings();
  const format = useFormat();
  const { organizations } = useOrganization();
  const { id, at, operation, by, userType, userKey, clientAddress, objectId, organizationId, result } = record;
  const organization = organizations.find((each) => each.id === organizationId)?.name;
  const given = (text: string) => (text === '' ? undefined : text);
  return (
    <Details
      entries={[
        [strings.date, <Time key="at" at={at} />],
        [strings.utc, format.utc(at)],
        [strings.operation, operation],
        [strings.result, <Result key="result" result={result} />],
        [strings.user, by],
        [strings.userType, strings.userTypes[userType]],
        [strings.userId, given(userKey)],
        [strings.clientAddress, given(clientAddress)],
        [strings.item, itemOf(record, names)],
        [strings.itemId, given(objectId)],
        [frame.organization, organizations.length > 1 ? organization : undefined],
        [strings.recordId, id],
      ]}
    />
  );
}

function Changes({ changes }: { changes: NonNullable<AuditRecord['changes']> }) {
  const { audit: strings } = useStrings();
  return (
    <>
      <Subtitle2 as="h3">{strings.changes}</Subtitle2>
      <ShortTable
        label={strings.changes}
        columns={[
          { label: strings.name, cell: ({ name }) => name },
          { label: strings.before, cell: ({ before }) => valueText(before) },
          { label: strings.after, cell: ({ after }) => valueText(after) },
        ]}
        rows={changes}
        keyOf={({ name }) => name}
      />
    </>
  );
}

function Parameters({ parameters }: Pick<AuditRecord, 'parameters'>) {
  const { audit: strings } = useStrings();
  const entries = Object.entries(parameters);
  return (
    <>
      <Subtitle2 as="h3">{strings.parameters}</Subtitle2>
      {entries.length === 0 ? (
        <Text>{strings.noParameters}</Text>
      ) : (
        <ShortTable
          label={strings.parameters}
          columns={[
            { label: strings.name, cell: ([name]) => name },
            { label: strings.value, cell: ([, value]) => valueText(value) },
          ]}
          rows={entries}
          keyOf={([name]) => name}
        />
      )}
    </>
  );
}
