// The activity list of an alert: what was seen, when, and whether somebody was told of it.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { type ShortColumn, ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertDetails } from './alert-flyout.tsx';

type Activity = Schemas['AlertActivity'];

const useStyles = makeStyles({
  operation: { display: 'flex', flexDirection: 'column', minWidth: '200px' },
  note: { color: tokens.colorNeutralForeground3 },
});

export function ActivityList({ alert: { activities, olderActivities, incidentId } }: { alert: AlertDetails }) {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  const format = useFormat();
  const columns = useColumns();
  const rows = activities.map((activity, index) => ({ ...activity, key: `${activities.length - index}` }));
  return (
    <FlyoutSection title={strings.activityList}>
      <ShortTable label={strings.activityList} columns={columns} rows={rows} keyOf={({ key }) => key} />
      {(olderActivities > 0 || incidentId !== undefined) && (
        <Text size={200} className={styles.note}>
          {olderActivities > 0 && strings.older(format.number(olderActivities))}{' '}
          {incidentId !== undefined && strings.hitsAreMore}
        </Text>
      )}
    </FlyoutSection>
  );
}

function useColumns(): readonly ShortColumn<Activity>[] {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  const toldOf = ({ notified, notToldBecause }: Activity) =>
    notified ? strings.told : strings.notTold[notToldBecause ?? 'unknown'];
  return [
    { label: strings.time, whole: true, cell: ({ at }) => <Time at={at} /> },
    {
      label: strings.operation,
      cell: ({ operation, words }) => (
        <span className={styles.operation}>
          <Text weight="semibold">{operation === '' ? strings.noOperation : operation}</Text>
          <Text size={200}>{words}</Text>
        </span>
      ),
    },
    { label: strings.by, whole: true, cell: ({ by }) => by },
    { label: strings.object, whole: true, cell: ({ object }) => object },
    { label: strings.ip, whole: true, cell: ({ clientAddress }) => clientAddress },
    { label: strings.toldColumn, cell: toldOf },
  ];
}
