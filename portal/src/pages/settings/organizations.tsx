// The organizations of the installation; the provider makes another one.
import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { NotShown } from '../../parts/answered.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';
import { TimeZoneField } from './time-zone-field.tsx';

export function Organizations() {
  const { settings, parts } = useStrings();
  const strings = settings.organizations;
  const { organizations } = useOrganization();
  const mayCreate = useMay('organizations.write');
  return (
    <>
      {!mayCreate && <NotShown what={strings.mayNot} right={strings.right} />}
      <Section title={strings.title} description={strings.text}>
        <ShortTable
          label={strings.list}
          columns={[
            { label: strings.name, cell: ({ name }) => name },
            { label: strings.timeZone, cell: ({ timeZone }) => timeZone },
            { label: strings.auditLog, cell: ({ auditLog }) => (auditLog ? parts.on : parts.off) },
            { label: strings.id, cell: ({ id }) => id },
          ]}
          rows={organizations}
          keyOf={({ id }) => id}
        />
      </Section>
      {mayCreate && <Create />}
    </>
  );
}

function Create() {
  const { organizations: strings } = useStrings().settings;
  const afterChange = useAfterChange();
  const [text, setText] = useState('');
  const [timeZone, setTimeZone] = useState('UTC');
  const name = text.trim();
  const create = async () => {
    await answer(api.POST('/api/v1/organizations', { body: { name, timeZone } }));
    setText('');
    await afterChange(strings.created(name), 'organizations', 'session');
  };
  return (
    <Section title={strings.create}>
      <Form action={strings.create} isReady={name !== ''} act={create}>
        <Field label={strings.name}>
          <Input value={text} autoComplete="off" onChange={(_, { value }) => setText(value)} />
        </Field>
        <TimeZoneField value={timeZone} onChange={setTimeZone} />
      </Form>
    </Section>
  );
}
