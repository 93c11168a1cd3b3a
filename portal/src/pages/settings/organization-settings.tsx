// What an organization is called, when its day begins, and how long its data are kept.
import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { type Organization, useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Empty, NotShown } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';
import { TimeZoneField } from './time-zone-field.tsx';

type Changes = Schemas['OrganizationChanges'];

export function OrganizationSettings() {
  const { settings: strings } = useStrings();
  const { organization } = useOrganization();
  const mayChange = useMay('organization.write');
  if (organization === undefined) {
    return <Empty title={strings.chooseOrganization}>{strings.chooseOrganizationText}</Empty>;
  }
  return (
    <>
      {!mayChange && <NotShown what={strings.organization.mayNot} right={strings.organization.right} />}
      <General key={`general ${organization.id}`} organization={organization} />
      <Retention key={`retention ${organization.id}`} organization={organization} />
      <Links key={`links ${organization.id}`} organization={organization} />
    </>
  );
}

interface PartProps {
  readonly organization: Organization;
}

function useChange(id: string): (body: Changes) => Promise<void> {
  const { settings: strings } = useStrings();
  const afterChange = useAfterChange();
  return async (body) => {
    await answer(api.PATCH('/api/v1/organizations/{id}', { params: { path: { id } }, body }));
    await afterChange(strings.saved, 'organizations', 'session');
  };
}

function General({ organization }: PartProps) {
  const { organization: strings } = useStrings().settings;
  const { parts } = useStrings();
  const mayChange = useMay('organization.write');
  const { organizations } = useOrganization();
  const isProvider = useMay('organizations.write');
  const mayRename = isProvider || organizations.length === 1;
  const [name, setName] = useState(organization.name);
  const [timeZone, setTimeZone] = useState(organization.timeZone);
  const change = useChange(organization.id);
  const hasNewName = name.trim() !== organization.name;
  const isChanged = hasNewName || timeZone !== organization.timeZone;
  return (
    <Section title={strings.general}>
      <Form
        action={parts.save}
        isReady={mayChange && isChanged && name.trim() !== ''}
        act={() => change({ timeZone, ...(hasNewName ? { name: name.trim() } : {}) })}
      >
        <Field label={strings.name} hint={mayChange && !mayRename ? strings.nameProvider : undefined}>
          <Input
            value={name}
            disabled={!mayChange || !mayRename}
            autoComplete="off"
            onChange={(_, { value }) => setName(value)}
          />
        </Field>
        <TimeZoneField value={timeZone} disabled={!mayChange} onChange={setTimeZone} />
      </Form>
    </Section>
  );
}

/** Field, and the fewest days that the guard takes. */
const DAYS = [
  ['journalDays', 15],
  ['evidenceDays', 15],
  ['auditDays', 30],
] as const;
const MOST_DAYS = 3_650;

function Retention({ organization }: PartProps) {
  const { organization: strings } = useStrings().settings;
  const { parts } = useStrings();
  const mayChange = useMay('organization.write');
  const [draft, setDraft] = useState(() => ({
    journalDays: String(organization.journalDays),
    evidenceDays: String(organization.evidenceDays),
    auditDays: String(organization.auditDays),
    subjects: organization.subjects,
  }));
  const change = useChange(organization.id);
  const isWrong = (name: (typeof DAYS)[number][0], least: number) =>
    !/^\d+$/.test(draft[name]) || Number(draft[name]) < least || Number(draft[name]) > MOST_DAYS;
  const changedDays = DAYS.filter(([name]) => Number(draft[name]) !== organization[name]);
  const hasNewSubjects = draft.subjects !== organization.subjects;
  return (
    <Section title={strings.retention} description={strings.retentionText}>
      <Form
        action={parts.save}
        isReady={
          mayChange && (changedDays.length > 0 || hasNewSubjects) && !DAYS.some(([name, least]) => isWrong(name, least))
        }
        act={() =>
          change({
            ...Object.fromEntries(changedDays.map(([name]) => [name, Number(draft[name])])),
            ...(hasNewSubjects ? { subjects: draft.subjects } : {}),
          })
        }
      >
        {DAYS.map(([name, least]) => (
          <Field
            key={name}
            label={strings[name]}
            hint={`${least} – ${MOST_DAYS}`}
            validationState={isWrong(name, least) ? 'error' : 'none'}
          >
            <Input
              inputMode="numeric"
              value={draft[name]}
              disabled={!mayChange}
              onChange={(_, { value }) => setDraft({ ...draft, [name]: value.trim() })}
            />
          </Field>
        ))}
        <Field label={strings.subjects}>
          <Choice
            label={strings.subjects}
            value={draft.subjects}
            disabled={!mayChange}
            options={(['full', 'first-20', 'off'] as const).map(
              (each) => [each, strings.subjectsChoices[each]] as const,
            )}
            onChange={(subjects) => setDraft({ ...draft, subjects })}
          />
        </Field>
      </Form>
    </Section>
  );
}

const LINKS = ['enableMfaUrl', 'resetPasswordUrl'] as const;

function Links({ organization }: PartProps) {
  const { organization: strings } = useStrings().settings;
  const { parts } = useStrings();
  const mayChange = useMay('organization.write');
  const [draft, setDraft] = useState(() => ({
    enableMfaUrl: organization.enableMfaUrl ?? '',
    resetPasswordUrl: organization.resetPasswordUrl ?? '',
  }));
  const change = useChange(organization.id);
  const changed = LINKS.filter((name) => draft[name].trim() !== (organization[name] ?? ''));
  return (
    <Section title={strings.links} description={strings.linksText}>
      <Form
        action={parts.save}
        isReady={mayChange && changed.length > 0}
        act={() => change(Object.fromEntries(changed.map((name) => [name, draft[name].trim() || null])))}
      >
        {LINKS.map((name) => (
          <Field key={name} label={strings[name]} hint={strings.linkHint}>
            <Input
              type="url"
              value={draft[name]}
              disabled={!mayChange}
              autoComplete="off"
              onChange={(_, { value }) => setDraft({ ...draft, [name]: value })}
            />
          </Field>
        ))}
      </Form>
    </Section>
  );
}
