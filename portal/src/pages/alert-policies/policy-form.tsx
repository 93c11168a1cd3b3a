// A policy of one's own: made anew, or all of it changed.
import {
  Button,
  Field,
  Input,
  makeStyles,
  SpinButton,
  Switch,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';
import { Conditions } from './conditions.tsx';
import { DailyLimit } from './daily-limit.tsx';
import { RecipientBox, TENANT_ADMINS } from './recipient-box.tsx';

type Draft = Required<Omit<Schemas['NewAlertPolicy'], 'organizationId'>>;

const EMPTY: Draft = {
  name: '',
  activity: 'ConnectorRestricted',
  enabled: true,
  severity: 'Low',
  category: 'ThreatManagement',
  comment: '',
  conditions: [],
  threshold: 1,
  windowMinutes: 60,
  notify: true,
  recipients: [TENANT_ADMINS],
  dailyLimit: 3,
};
const MOST_THRESHOLD = 1_000;
const LONGEST_WINDOW_MINUTES = 10_080;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 200px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
});

export interface PolicyFormProps {
  /** Absent: a new one. */
  readonly policy?: AlertPolicy;
  readonly policies: readonly AlertPolicy[];
  readonly onClose: () => void;
}

export function PolicyForm({ policy, policies, onClose }: PolicyFormProps) {
  const styles = useStyles();
  const { parts, alertPolicies: strings } = useStrings();
  const { organization } = useOrganization();
  const [draft, setDraft] = useState<Draft>(() => (policy === undefined ? EMPTY : draftOf(policy)));
  const save = useSave(policy, onClose);
  const form = useId();
  const set = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const isHomeless = policy === undefined && organization === undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate(draft);
  };
  return (
    <Flyout
      title={policy === undefined ? strings.make.new : strings.make.edit}
      onClose={onClose}
      actions={
        <>
          <Button
            appearance="primary"
            type="submit"
            form={form}
            disabled={save.isPending || isHomeless || draft.name.trim() === ''}
          >
            {policy === undefined ? strings.make.create : parts.save}
          </Button>
          <Button onClick={onClose}>{parts.cancel}</Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        {isHomeless && <Text>{strings.make.chooseOrganization}</Text>}
        {save.isError && <ProblemBar error={save.error} title={parts.notDone} />}
        <Field label={strings.name} required>
          <Input
            value={draft.name}
            maxLength={100}
            placeholder={strings.make.namePlaceholder}
            onChange={(_, { value }) => set({ name: value })}
          />
        </Field>
        <Field label={strings.comment}>
          <Textarea
            value={draft.comment}
            maxLength={1_000}
            resize="vertical"
            onChange={(_, { value }) => set({ comment: value })}
          />
        </Field>
        <Field label={strings.activity}>
          <Choice
            label={strings.activity}
            value={draft.activity}
            options={Object.entries(strings.activities) as [Draft['activity'], string][]}
            onChange={(activity) => set({ activity })}
          />
        </Field>
        <Weight draft={draft} set={set} />
        <Conditions conditions={draft.conditions} onChange={(conditions) => set({ conditions: [...conditions] })} />
        <FlyoutSection title={strings.trigger}>
          <div className={styles.pair}>
            <Count
              label={strings.make.threshold}
              hint={strings.make.thresholdHint}
              value={draft.threshold}
              most={MOST_THRESHOLD}
              onChange={(threshold) => set({ threshold })}
            />
            <Count
              label={strings.make.window}
              hint={strings.make.windowHint}
              value={draft.windowMinutes}
              most={LONGEST_WINDOW_MINUTES}
              onChange={(windowMinutes) => set({ windowMinutes })}
            />
          </div>
        </FlyoutSection>
        <FlyoutSection title={strings.make.notify}>
          <Toggle label={strings.sendNotifications} isOn={draft.notify} onChange={(notify) => set({ notify })} />
          <RecipientBox
            recipients={draft.recipients}
            onChange={(recipients) => set({ recipients: [...recipients] })}
            organizationId={policy?.organizationId ?? organization?.id}
            policies={policies}
          />
          <DailyLimit value={draft.dailyLimit} onChange={(dailyLimit) => set({ dailyLimit })} />
        </FlyoutSection>
      </form>
    </Flyout>
  );
}

function draftOf({ id, organizationId, type, told, ...chosen }: AlertPolicy): Draft {
  return chosen;
}

function useSave(policy: AlertPolicy | undefined, onClose: () => void) {
  const { alertPolicies: strings } = useStrings();
  const { organization } = useOrganization();
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: (draft: Draft) =>
      policy === undefined
        ? answer(api.POST('/api/v1/alert-policies', { body: { ...draft, organizationId: organization!.id } }))
        : answer(api.PATCH('/api/v1/alert-policies/{id}', { params: { path: { id: policy.id } }, body: draft })),
    onSuccess: async ({ name }) => {
      tell(strings.saved(name));
      onClose();
      await queries.invalidateQueries({ queryKey: ['alert-policies'] });
    },
  });
}

function Weight({ draft, set }: { draft: Draft; set: (some: Partial<Draft>) => void }) {
  const styles = useStyles();
  const { alerts, alertPolicies: strings } = useStrings();
  return (
    <>
      <div className={styles.pair}>
        <Field label={strings.severity}>
          <Choice
            label={strings.severity}
            value={draft.severity}
            options={Object.entries(alerts.severities) as [Draft['severity'], string][]}
            onChange={(severity) => set({ severity })}
          />
        </Field>
        <Field label={strings.category}>
          <Choice
            label={strings.category}
            value={draft.category}
            options={Object.entries(strings.categories) as [Draft['category'], string][]}
            onChange={(category) => set({ category })}
          />
        </Field>
      </div>
      <Toggle label={strings.status} isOn={draft.enabled} onChange={(enabled) => set({ enabled })} />
    </>
  );
}

function Toggle({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  const { parts } = useStrings();
  return (
    <Field label={label}>
      <Switch checked={isOn} label={isOn ? parts.on : parts.off} onChange={(_, { checked }) => onChange(checked)} />
    </Field>
  );
}

interface CountProps {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

function Count({ label, hint, value, most, onChange }: CountProps) {
  return (
    <Field label={label} hint={hint}>
      <SpinButton
        value={value}
        min={1}
        max={most}
        onChange={(_, { value: stepped, displayValue }) => {
          const chosen = stepped ?? Number.parseInt(displayValue ?? '', 10);
          if (Number.isInteger(chosen)) onChange(Math.min(most, Math.max(1, chosen)));
        }}
      />
    </Field>
  );
}
