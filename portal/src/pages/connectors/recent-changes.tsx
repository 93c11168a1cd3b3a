// What was changed of a connector, by the audit log.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, NotShown } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';

type AuditRecord = Schemas['AuditRecord'];

const MOST = 50;

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none' },
  record: {
    display: 'grid',
    gridTemplateColumns: '190px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@media (max-width: 600px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  what: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS, overflowWrap: 'anywhere' },
  detail: { color: tokens.colorNeutralForeground2 },
});

export function RecentChanges({ connector }: { connector: Connector }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const mayRead = useMay('audit.read');
  const { id: entity } = connector;
  const query = useQuery({
    queryKey: ['audit-records', { entity }],
    queryFn: () => answer(api.GET('/api/v1/audit-records', { params: { query: { entity, limit: MOST } } })),
    enabled: mayRead,
  });
  if (!mayRead) return <NotShown what={strings.pageTabs.changes} right={strings.rightToAudit} />;
  return (
    <Section
      title={strings.pageTabs.changes}
      description={strings.changesAbout}
      actions={<RouteLink to={`/audit?entity=${entity}`}>{strings.allChanges}</RouteLink>}
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={strings.noChanges} />
          ) : (
            <ul className={styles.list}>
              {items.map((record) => (
                <Change key={record.id} record={record} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}

function Change({ record }: { record: AuditRecord }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const wordsOf = (value: unknown) => {
    if (value === undefined || value === '') return strings.nothing;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <li className={styles.record}>
      <Time at={record.at} />
      <div className={styles.what}>
        <span>
          <Text weight="semibold">{record.operation}</Text> {record.by}
          {record.result === 'Failed' && ` (${strings.failed})`}
        </span>
        {(record.changes ?? []).map(({ name, before, after }) => (
          <Text key={name} size={200} className={styles.detail}>
            {strings.change(name, wordsOf(before), wordsOf(after))}
          </Text>
        ))}
      </div>
    </li>
  );
}
