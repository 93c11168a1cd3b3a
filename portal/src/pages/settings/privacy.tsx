// Forgetting an address: first how much there is of it, then, when that was asked for, without it.
import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  ProgressBar,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { NotShown, ProblemBar } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { Details } from '../../parts/details.tsx';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Form } from './form.tsx';

type Erasure = Schemas['Erasure'];

/** So often a search under way is asked how far it has come. */
const ASK_MS = 500;

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function Privacy() {
  const { privacy: strings } = useStrings().settings;
  const mayErase = useMay('personal-data.erase');
  if (!mayErase) return <NotShown what={strings.mayNot} right={strings.right} />;
  return <Forget />;
}

function Forget() {
  const { privacy: strings } = useStrings().settings;
  const { organizationId } = useOrganization();
  const [text, setText] = useState('');
  const [erasureId, setErasureId] = useState<string>();
  const address = text.trim();
  const begin = async (countOnly: boolean) => {
    const begun = await answer(api.POST('/api/v1/erasures', { body: { address, organizationId, countOnly } }));
    setErasureId(begun.id);
  };
  return (
    <Section title={strings.forget} description={strings.text}>
      {erasureId === undefined ? (
        <Form action={strings.count} isReady={address !== ''} act={() => begin(true)}>
          <Field label={strings.address}>
            <Input type="email" value={text} autoComplete="off" onChange={(_, { value }) => setText(value)} />
          </Field>
        </Form>
      ) : (
        <Progress
          key={erasureId}
          erasureId={erasureId}
          address={address}
          onErase={() => begin(false)}
          onAgain={() => {
            setErasureId(undefined);
            setText('');
          }}
        />
      )}
    </Section>
  );
}

interface ProgressProps {
  readonly erasureId: string;
  readonly address: string;
  readonly onErase: () => Promise<void>;
  readonly onAgain: () => void;
}

function Progress({ erasureId, address, onErase, onAgain }: ProgressProps) {
  const styles = useStyles();
  const { privacy: strings } = useStrings().settings;
  const [isAsking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: ['erasures', erasureId],
    queryFn: () => answer(api.GET('/api/v1/erasures/{id}', { params: { path: { id: erasureId } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' || state.data === undefined ? ASK_MS : false),
  });
  const erasure = query.data;
  if (erasure === undefined)
    return query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />;
  const isRunning = erasure.state === 'running';
  return (
    <>
      <Text weight="semibold">{address}</Text>
      {isRunning && (
        <Field label={strings.running}>
          <ProgressBar value={erasure.progress} />
        </Field>
      )}
      {erasure.state === 'failed' && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {strings.failed} {erasure.error?.detail} {erasure.error?.advice} <code>{erasure.error?.code}</code>
          </MessageBarBody>
        </MessageBar>
      )}
      {erasure.state === 'done' && !erasure.countOnly && (
        <MessageBar intent="success">
          <MessageBarBody>{strings.done}</MessageBarBody>
        </MessageBar>
      )}
      <Found erasure={erasure} />
      <div className={styles.buttons}>
        {erasure.countOnly && erasure.state === 'done' && (
          <Button appearance="primary" onClick={() => setAsking(true)}>
            {strings.erase}
          </Button>
        )}
        {!isRunning && <Button onClick={onAgain}>{strings.again}</Button>}
      </div>
      {isAsking && (
        <Confirmation title={strings.eraseTitle} action={strings.erase} act={onErase} onClose={() => setAsking(false)}>
          {strings.eraseText(address)}
        </Confirmation>
      )}
    </>
  );
}

function Found({ erasure }: { erasure: Erasure }) {
  const { privacy: strings } = useStrings().settings;
  const format = useFormat();
  const { found, pseudonym, stillNamed } = erasure;
  const names = Object.keys(strings.found) as (keyof typeof strings.found)[];
  return (
    <>
      <Details
        entries={[
          ...names.map((name) => [strings.found[name], format.number(found[name])] as const),
          [strings.pseudonym, pseudonym],
        ]}
      />
      {stillNamed.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {strings.stillNamed}: {stillNamed.join('; ')}. {strings.stillNamedText}
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}
