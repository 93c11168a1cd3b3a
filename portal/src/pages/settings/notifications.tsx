// Who is told of an alert, a test whether it arrives, and the webhooks.
import { Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, NotShown } from '../../parts/answered.tsx';
import { Details } from '../../parts/details.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';
import { Webhooks } from './webhooks.tsx';

export function Notifications() {
  const { settings } = useStrings();
  const strings = settings.notifications;
  const { organization } = useOrganization();
  const mayChange = useMay('alert-policies.write');
  if (organization === undefined) {
    return <Empty title={settings.chooseOrganization}>{settings.chooseOrganizationText}</Empty>;
  }
  return (
    <>
      {!mayChange && <NotShown what={strings.mayNot} right={strings.right} />}
      <WhoIsTold organizationId={organization.id} />
      {mayChange && <Test organizationId={organization.id} />}
      <Webhooks organizationId={organization.id} mayChange={mayChange} />
    </>
  );
}

function WhoIsTold({ organizationId }: { organizationId: string }) {
  const { notifications: strings } = useStrings().settings;
  const query = useQuery({
    queryKey: ['notifications', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/notifications', { params: { query: { organizationId } } })),
  });
  return (
    <Section title={strings.who}>
      <Answered query={query} lines={2}>
        {({ tenantAdmins, webhooks, untoldPolicies, nobodyIsTold }) => (
          <>
            {nobodyIsTold && (
              <MessageBar intent="warning" layout="multiline">
                <MessageBarBody>{strings.nobodyIsTold}</MessageBarBody>
              </MessageBar>
            )}
            <Details
              entries={[
                [strings.tenantAdmins, tenantAdmins.join(', ') || strings.nobody],
                [strings.webhooks, String(webhooks)],
                [strings.untold, untoldPolicies.length === 0 ? undefined : untoldPolicies.join(', ')],
              ]}
            />
          </>
        )}
      </Answered>
    </Section>
  );
}

function Test({ organizationId }: { organizationId: string }) {
  const { notifications: strings } = useStrings().settings;
  const afterChange = useAfterChange();
  const [text, setText] = useState('');
  const [results, setResults] = useState<readonly Schemas['TestResult'][]>([]);
  const send = async () => {
    const to = text.split(/[,;\s]+/).filter((each) => each !== '');
    setResults([]);
    const body = { organizationId, ...(to.length === 0 ? {} : { to }) };
    setResults((await answer(api.POST('/api/v1/notifications/test', { body }))).items);
    await afterChange(strings.testResults);
  };
  return (
    <Section title={strings.test}>
      <Form action={strings.test} isReady act={send}>
        <Field label={strings.testTo} hint={strings.testToHint}>
          <Input value={text} autoComplete="off" onChange={(_, { value }) => setText(value)} />
        </Field>
      </Form>
      {results.length > 0 && (
        <ShortTable
          label={strings.testResults}
          columns={[
            { label: strings.channel, whole: true, cell: ({ channel }) => strings.channels[channel] },
            { label: strings.target, cell: ({ target }) => target },
            { label: strings.result, whole: true, cell: ({ result }) => strings.results[result] },
            { label: strings.words, cell: ({ words }) => words },
          ]}
          rows={results}
          keyOf={({ channel, target }) => `${channel} ${target}`}
        />
      )}
    </Section>
  );
}
