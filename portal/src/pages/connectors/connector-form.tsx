// A connector to fill in: a new one, or one that is changed. What is right is the guard's to say.
import {
  Checkbox,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  Subtitle2,
  Switch,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { type ConnectorDraft, changesOf, chosenOf } from './connector-draft.ts';
import type { Connector } from './connector-queries.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { FlyoutForm } from './flyout-form.tsx';
import { Hinted } from './hinted.tsx';
import { LimitsEditor } from './limits-editor.tsx';
import { ModeChoice } from './mode-choice.tsx';

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  heading: { margin: `${tokens.spacingVerticalS} 0 0` },
  about: { color: tokens.colorNeutralForeground2 },
});

const FIELDS = [
  'organizationId',
  'name',
  'comment',
  'senderIpAddresses',
  'tlsSenderCertificateName',
  'clientCertificateFingerprints',
  'saslUsernames',
  'localSubmission',
  'associatedAcceptedDomains',
  'sendingLimits',
];

export interface ConnectorFormProps {
  readonly title: string;
  /** As it is at first. */
  readonly draft: ConnectorDraft;
  /** The one that is changed; absent: a new one is made. */
  readonly connector?: Connector;
  /** Said above the fields. */
  readonly notice?: string;
  readonly onClose: () => void;
  readonly onSaved: (connector: Connector) => void;
}

export function ConnectorForm({ title, draft: given, connector, notice, onClose, onSaved }: ConnectorFormProps) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const { organization, organizations } = useOrganization();
  // What is changed is measured by what the form showed at first: the connector itself is asked for again meanwhile.
  const [first] = useState(given);
  const [draft, setDraft] = useState(first);
  const [owner, setOwner] = useState(organization?.id ?? '');
  const save = useMutation({
    mutationFn: () =>
      connector === undefined
        ? answer(api.POST('/api/v1/connectors', { body: { ...chosenOf(draft), ...ownedBy(owner) } }))
        : answer(
            api.PATCH('/api/v1/connectors/{id}', {
              params: { path: { id: connector.id } },
              body: changesOf(first, draft),
            }),
          ),
    onSuccess: (saved) => {
      afterChange(connector === undefined ? strings.added(saved.name) : strings.saved(saved.name));
      onSaved(saved);
    },
  });
  const errors = fieldErrorsOf(save.error);
  const set = (some: Partial<ConnectorDraft>) => setDraft((before) => ({ ...before, ...some }));
  const mustChooseOwner = connector === undefined && organizations.length > 1;
  return (
    <FlyoutForm
      title={title}
      submit={connector === undefined ? strings.create : undefined}
      error={save.error}
      fields={FIELDS}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      {notice !== undefined && (
        <MessageBar layout="multiline">
          <MessageBarBody>{notice}</MessageBarBody>
        </MessageBar>
      )}
      <Group title={strings.basics}>
        {mustChooseOwner && (
          <Field label={strings.organization} required validationMessage={errors.at('organizationId')}>
            <Choice
              label={strings.organization}
              value={owner}
              options={organizations.map(({ id, name }) => [id, name] as const)}
              onChange={setOwner}
            />
          </Field>
        )}
        <Field label={strings.name} required hint={strings.nameHint} validationMessage={errors.at('name')}>
          <Input value={draft.name} onChange={(_, { value }) => set({ name: value })} />
        </Field>
        <Field label={strings.comment} hint={strings.commentHint} validationMessage={errors.at('comment')}>
          <Input value={draft.comment} onChange={(_, { value }) => set({ comment: value })} />
        </Field>
        <Field label={strings.type}>
          <RadioGroup
            value={draft.type}
            onChange={(_, { value }) => set({ type: value === 'Partner' ? 'Partner' : 'OnPremises' })}
          >
            {(['OnPremises', 'Partner'] as const).map((type) => (
              <Radio
                key={type}
                value={type}
                label={<Hinted text={strings.types[type]} hint={strings.typeHints[type]} />}
              />
            ))}
          </RadioGroup>
        </Field>
        {connector === undefined && (
          <Field hint={strings.enabledHint}>
            <Switch
              label={strings.enabled}
              checked={draft.enabled}
              onChange={(_, { checked }) => set({ enabled: checked })}
            />
          </Field>
        )}
      </Group>
      <Group title={strings.identities} about={strings.identitiesAbout}>
        <Lines
          label={strings.addresses}
          hint={strings.addressesHint}
          error={errors.at('senderIpAddresses')}
          text={draft.senderIpAddresses}
          onChange={(senderIpAddresses) => set({ senderIpAddresses })}
        />
        <Lines
          label={strings.logins}
          hint={strings.loginsHint}
          error={errors.at('saslUsernames')}
          text={draft.saslUsernames}
          onChange={(saslUsernames) => set({ saslUsernames })}
        />
        <Field
          label={strings.certificateName}
          hint={strings.certificateNameHint}
          validationMessage={errors.at('tlsSenderCertificateName')}
        >
          <Input
            value={draft.tlsSenderCertificateName}
            onChange={(_, { value }) => set({ tlsSenderCertificateName: value })}
          />
        </Field>
        <Lines
          label={strings.fingerprints}
          hint={strings.fingerprintsHint}
          error={errors.at('clientCertificateFingerprints')}
          text={draft.clientCertificateFingerprints}
          onChange={(clientCertificateFingerprints) => set({ clientCertificateFingerprints })}
        />
        <Field hint={strings.localSubmissionHint} validationMessage={errors.at('localSubmission')}>
          <Checkbox
            label={strings.localSubmission}
            checked={draft.localSubmission}
            onChange={(_, { checked }) => set({ localSubmission: checked === true })}
          />
        </Field>
        <Lines
          label={strings.domains}
          hint={strings.domainsHint}
          error={errors.at('associatedAcceptedDomains')}
          text={draft.associatedAcceptedDomains}
          onChange={(associatedAcceptedDomains) => set({ associatedAcceptedDomains })}
        />
      </Group>
      <Group title={strings.judging}>
        <ModeChoice mode={draft.mode} onChange={(mode) => set({ mode })} />
        {(['bulk', 'armed', 'ndr'] as const).map((field) => (
          <Field key={field} hint={strings[`${field}Hint`]}>
            <Checkbox
              label={strings[field]}
              checked={draft[field]}
              onChange={(_, { checked }) => set({ [field]: checked === true })}
            />
          </Field>
        ))}
      </Group>
      <Group title={strings.limitsList} about={strings.limitsAbout}>
        <LimitsEditor
          limits={draft.sendingLimits}
          errors={errors}
          path="sendingLimits"
          onChange={(sendingLimits) => set({ sendingLimits })}
        />
      </Group>
    </FlyoutForm>
  );
}

const ownedBy = (id: string) => (id === '' ? {} : { organizationId: id });

function Group({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section className={styles.group}>
      <Subtitle2 as="h3" className={styles.heading}>
        {title}
      </Subtitle2>
      {about !== undefined && <Text className={styles.about}>{about}</Text>}
      {children}
    </section>
  );
}

interface LinesProps {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function Lines({ label, hint, error, text, onChange }: LinesProps) {
  return (
    <Field label={label} hint={hint} validationMessage={error}>
      <Textarea
        resize="vertical"
        rows={Math.min(Math.max(text.split('\n').length, 2), 8)}
        value={text}
        onChange={(_, { value }) => onChange(value)}
      />
    </Field>
  );
}
