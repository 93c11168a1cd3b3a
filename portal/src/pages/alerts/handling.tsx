// Who looks after an alert, how far he is, and what it turned out to be. Each choice is saved at once.
import { Button, Field, makeStyles, tokens } from '@fluentui/react-components';
import { PersonRegular } from '@fluentui/react-icons';
import { useMay, useSession } from '../../context/session.tsx';
import { NotShown, ProblemBar } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertDetails } from './alert-flyout.tsx';
import { useAssignees } from './filters.tsx';
import { useHandleAlert } from './handle-alert.ts';
import type { AlertStatus } from './status-badge.tsx';

const NOBODY = '';
const NONE = 'none';

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
});

export function Handling({ alert }: { alert: AlertDetails }) {
  const styles = useStyles();
  const { parts, alerts: strings } = useStrings();
  const { name: me } = useSession();
  const mayWrite = useMay('alerts.write');
  const handle = useHandleAlert(alert.id);
  const isLocked = !mayWrite || handle.isPending;
  const others = new Set([...useAssignees(), ...(alert.assignee === undefined ? [] : [alert.assignee])]);
  others.delete(me);
  const statuses = Object.entries(strings.statuses) as [AlertStatus, string][];
  const classifications = Object.entries(strings.classifications) as [keyof typeof strings.classifications, string][];
  return (
    <FlyoutSection
      title={strings.handling}
      actions={
        mayWrite &&
        alert.assignee !== me && (
          <Button
            size="small"
            icon={<PersonRegular />}
            disabled={handle.isPending}
            onClick={() => handle.mutate({ assignee: me })}
          >
            {strings.assignToMe}
          </Button>
        )
      }
    >
      {!mayWrite && <NotShown what={strings.mayNotHandle} right={strings.handleRight} />}
      {handle.isError && <ProblemBar error={handle.error} title={parts.notDone} />}
      <div className={styles.fields}>
        <Field label={strings.status}>
          <Choice
            label={strings.status}
            value={alert.status}
            options={statuses}
            disabled={isLocked}
            onChange={(status) => handle.mutate({ status })}
          />
        </Field>
        <Field label={strings.assignedTo}>
          <Choice
            label={strings.assignedTo}
            value={alert.assignee ?? NOBODY}
            options={[
              [NOBODY, strings.nobody],
              [me, strings.me(me)],
              ...[...others].map((name) => [name, name] as const),
            ]}
            disabled={isLocked}
            onChange={(name) => handle.mutate({ assignee: name === NOBODY ? null : name })}
          />
        </Field>
        <Field label={strings.classification}>
          <Choice
            label={strings.classification}
            value={alert.classification ?? NONE}
            options={classifications}
            disabled={isLocked}
            onChange={(chosen) => handle.mutate({ classification: chosen === NONE ? null : chosen })}
          />
        </Field>
      </div>
    </FlyoutSection>
  );
}
