// Who changed what of the entity lately: a connector is often bent before it is used.
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { IncidentEvidence } from './incident.ts';

type AuditRecord = Schemas['AuditRecord'];

const ASKED = 50;
const SHOWN = 8;

export function Changes({ evidence: { restriction } }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const { id, organizationId } = restriction;
  const may = useMay('audit.read');
  const words = strings.changes;
  const query = useQuery({
    queryKey: ['audit-records', { entity: id, organizationId }],
    queryFn: () =>
      answer(api.GET('/api/v1/audit-records', { params: { query: { entity: id, organizationId, limit: ASKED } } })),
    enabled: may,
  });
  return (
    <Section title={words.title} actions={may && <RouteLink to={`/audit?entity=${id}`}>{words.all}</RouteLink>}>
      {may ? (
        <Answered query={query}>{({ items }) => <List records={items.filter(isChange).slice(0, SHOWN)} />}</Answered>
      ) : (
        <NotShown what={words.notShown} right={words.right} />
      )}
    </Section>
  );
}

/** Looking and exporting change nothing, and what the guard did by itself is the incident. */
function isChange({ operation, userType }: AuditRecord): boolean {
  return userType !== 'System' && !/^(Get|Export|Search|Test)-/.test(operation);
}

function List({ records }: { records: readonly AuditRecord[] }) {
  const { evidence: strings } = useStrings();
  const words = strings.changes;
  if (records.length === 0) return <Text>{words.none}</Text>;
  return (
    <ShortTable
      label={words.title}
      rows={records}
      keyOf={({ id }) => id}
      columns={[
        { label: words.at, cell: ({ at }) => <Time at={at} /> },
        {
          label: words.operation,
          cell: ({ operation, result }) => (result === 'Failed' ? `${operation} (${words.failed})` : operation),
        },
        { label: words.what, cell: whatOf },
        { label: words.by, cell: ({ by }) => by },
      ]}
    />
  );
}

/** The reason that was given, else the names of what was changed or asked for. */
function whatOf({ changes, parameters }: AuditRecord): string {
  const { reason } = parameters;
  if (typeof reason === 'string' && reason !== '') return reason;
  const names = changes?.map(({ name }) => name) ?? Object.keys(parameters);
  return names.join(', ');
}
