// The programs that hear of alerts.
import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { Answered, ProblemBar } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';

type Webhook = Schemas['Webhook'];

const useStyles = makeStyles({
  buttons: { display: 'inline-flex', gap: tokens.spacingHorizontalXS },
  none: { color: tokens.colorNeutralForeground3 },
});

export interface WebhooksProps {
  readonly organizationId: string;
  readonly mayChange: boolean;
}

export function Webhooks({ organizationId, mayChange }: WebhooksProps) {
  const styles = useStyles();
  const { notifications: strings } = useStrings().settings;
  const query = useQuery({
    queryKey: ['webhooks', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/webhooks', { params: { query: { organizationId } } })),
  });
  return (
    <Section title={strings.webhooks} description={strings.webhooksText}>
      <Answered query={query} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Text className={styles.none}>{strings.none}</Text>
          ) : (
            <WebhookList webhooks={items} mayChange={mayChange} />
          )
        }
      </Answered>
      {mayChange && <Create organizationId={organizationId} />}
    </Section>
  );
}

function WebhookList({ webhooks, mayChange }: { webhooks: readonly Webhook[]; mayChange: boolean }) {
  const styles = useStyles();
  const { settings, parts } = useStrings();
  const strings = settings.notifications;
  const afterChange = useAfterChange();
  const [asked, setAsked] = useState<Webhook>();
  const test = useMutation({
    mutationFn: async ({ id }: Webhook) => {
      const { result, target, words } = await answer(
        api.POST('/api/v1/webhooks/{id}/test', { params: { path: { id } } }),
      );
      await afterChange(result === 'taken' ? strings.taken(target) : `${strings.results[result]}: ${words}`);
    },
  });
  const remove = async ({ id }: Webhook) => {
    await answer(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }));
    await afterChange(strings.deleted, 'webhooks', 'notifications', 'session');
  };
  return (
    <>
      {test.isError && <ProblemBar error={test.error} title={parts.notDone} />}
      <ShortTable
        label={strings.webhookList}
        columns={[
          { label: strings.url, cell: ({ url }: Webhook) => url },
          {
            label: strings.status,
            cell: ({ enabled }: Webhook) => (enabled ? strings.statuses.on : strings.statuses.off),
          },
          { label: strings.created, cell: ({ createdAt }: Webhook) => <Time at={createdAt} /> },
          ...(mayChange
            ? [
                {
                  label: strings.testOne,
                  align: 'end' as const,
                  cell: (webhook: Webhook) => (
                    <span className={styles.buttons}>
                      <Button
                        size="small"
                        disabled={test.isPending}
                        aria-label={strings.testOf(webhook.url)}
                        onClick={() => test.mutate(webhook)}
                      >
                        {strings.testOne}
                      </Button>
                      <Button size="small" aria-label={strings.deleteOf(webhook.url)} onClick={() => setAsked(webhook)}>
                        {strings.delete}
                      </Button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
        rows={webhooks}
        keyOf={({ id }) => id}
      />
      {asked !== undefined && (
        <Confirmation
          title={strings.deleteTitle(asked.url)}
          action={strings.delete}
          act={() => remove(asked)}
          onClose={() => setAsked(undefined)}
        >
          {strings.deleteText}
        </Confirmation>
      )}
    </>
  );
}

function Create({ organizationId }: { organizationId: string }) {
  const { notifications: strings } = useStrings().settings;
  const afterChange = useAfterChange();
  const [text, setText] = useState('');
  const [secret, setSecret] = useState('');
  const url = text.trim();
  const create = async () => {
    setSecret('');
    const made = await answer(api.POST('/api/v1/webhooks', { body: { url, organizationId } }));
    setSecret(made.secret);
    setText('');
    await afterChange(strings.createdTitle, 'webhooks', 'notifications', 'session');
  };
  return (
    <>
      <Form action={strings.create} isReady={url !== ''} act={create}>
        <Field label={strings.url} hint={strings.urlHint}>
          <Input type="url" value={text} autoComplete="off" onChange={(_, { value }) => setText(value)} />
        </Field>
      </Form>
      {secret !== '' && <SecretOnce label={strings.secret} secret={secret} text={strings.secretText} />}
    </>
  );
}
