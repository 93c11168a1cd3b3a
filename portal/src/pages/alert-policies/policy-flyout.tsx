// The flyout of an alert policy: on or off, what raises it, who is told, and the ways to change it.
import { Button, Field, makeStyles, Switch, Text, tokens } from '@fluentui/react-components';
import { DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { NotShown, ProblemBar } from '../../parts/answered.tsx';
import { Details } from '../../parts/details.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Severity } from '../../parts/severity.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';
import { DeletePolicy } from './delete-policy.tsx';
import { EditRecipients } from './edit-recipients.tsx';
import { PolicyForm } from './policy-form.tsx';
import { useSavePolicy } from './save-policy.ts';
import { Told } from './told.tsx';

const useStyles = makeStyles({
  note: { color: tokens.colorNeutralForeground3 },
  conditions: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export interface PolicyFlyoutProps {
  readonly policy: AlertPolicy;
  readonly policies: readonly AlertPolicy[];
  readonly onClose: () => void;
}

export function PolicyFlyout({ policy, policies, onClose }: PolicyFlyoutProps) {
  const styles = useStyles();
  const { parts, alertPolicies: strings } = useStrings();
  const { name, type, enabled } = policy;
  const mayWrite = useMay('alert-policies.write');
  const [form, setForm] = useSearchParam('form');
  const [isDeleting, setDeleting] = useState(false);
  const status = useSavePolicy(policy.id, (changes) =>
    changes.enabled ? strings.turnedOn(name) : strings.turnedOff(name),
  );
  const isCustom = type === 'Custom';
  return (
    <Flyout
      title={name}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{parts.close}</Button>
          {isCustom && mayWrite && (
            <>
              <Button icon={<EditRegular />} onClick={() => setForm('policy')}>
                {strings.make.edit}
              </Button>
              <Button icon={<DeleteRegular />} onClick={() => setDeleting(true)}>
                {strings.delete}
              </Button>
            </>
          )}
        </>
      }
    >
      {!mayWrite && <NotShown what={strings.mayNotChange} right={strings.changeRight} />}
      {status.isError && <ProblemBar error={status.error} title={parts.notDone} />}
      <Field label={strings.status}>
        <Switch
          checked={status.isPending ? status.variables.enabled === true : enabled}
          disabled={!mayWrite || status.isPending}
          label={enabled ? parts.on : parts.off}
          onChange={(_, { checked }) => status.mutate({ enabled: checked })}
        />
      </Field>
      <FlyoutSection
        title={strings.emailRecipients}
        actions={
          <Button size="small" icon={<EditRegular />} disabled={!mayWrite} onClick={() => setForm('recipients')}>
            {parts.edit}
          </Button>
        }
      >
        <Recipients policy={policy} />
      </FlyoutSection>
      <Told policy={policy} />
      <FlyoutSection title={strings.about}>
        {!isCustom && (
          <Text size={200} className={styles.note}>
            {strings.systemFixed}
          </Text>
        )}
        <About policy={policy} />
      </FlyoutSection>
      {form === 'recipients' && mayWrite && (
        <EditRecipients policy={policy} policies={policies} onClose={() => setForm('')} />
      )}
      {form === 'policy' && isCustom && mayWrite && (
        <PolicyForm policy={policy} policies={policies} onClose={() => setForm('')} />
      )}
      {isDeleting && <DeletePolicy policy={policy} onClose={() => setDeleting(false)} onDeleted={onClose} />}
    </Flyout>
  );
}

function Recipients({ policy: { notify, recipients, dailyLimit } }: { policy: AlertPolicy }) {
  const { parts, alertPolicies: strings } = useStrings();
  return (
    <Details
      entries={[
        [strings.sendNotifications, notify ? parts.on : parts.off],
        [strings.recipients, recipients.length === 0 ? strings.nobody : recipients.join(', ')],
        [strings.dailyLimit, strings.perDay(dailyLimit)],
      ]}
    />
  );
}

function About({ policy }: { policy: AlertPolicy }) {
  const styles = useStyles();
  const { alertPolicies: strings } = useStrings();
  const format = useFormat();
  const { conditions, threshold, windowMinutes, comment } = policy;
  return (
    <Details
      entries={[
        [strings.comment, comment === '' ? undefined : comment],
        [strings.activity, strings.activities[policy.activity]],
        [
          strings.conditions,
          conditions.length === 0 ? (
            strings.noConditions
          ) : (
            <ul key="conditions" className={styles.conditions}>
              {conditions.map(({ property, operator, value }) => (
                <li key={`${property} ${operator} ${value}`}>
                  {strings.make.properties[property]} {strings.make.operators[operator]} “{value}”
                </li>
              ))}
            </ul>
          ),
        ],
        [
          strings.trigger,
          threshold === 1 ? strings.everyTime : strings.atLeast(format.number(threshold), format.number(windowMinutes)),
        ],
        [strings.severity, <Severity key="severity" severity={policy.severity} />],
        [strings.category, strings.categories[policy.category]],
        [strings.type, strings.types[policy.type]],
      ]}
    />
  );
}
