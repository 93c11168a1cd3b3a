// What people wrote about an alert, and a place to write.
import { Button, Field, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useTell } from '../../parts/tell.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertDetails } from './alert-flyout.tsx';

const LONGEST = 1_000;

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalM },
  comment: {
    display: 'flex',
    flexDirection: 'column',
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  head: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalS },
  at: { color: tokens.colorNeutralForeground2 },
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  none: { color: tokens.colorNeutralForeground3 },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, alignItems: 'start' },
  field: { width: '100%' },
});

export function Comments({ alert: { id, comments } }: { alert: AlertDetails }) {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  const mayWrite = useMay('alerts.write');
  return (
    <FlyoutSection title={strings.comments}>
      {comments.length === 0 ? (
        <Text className={styles.none}>{strings.noComments}</Text>
      ) : (
        <ul className={styles.list}>
          {comments.map((comment) => (
            <li key={comment.id} className={styles.comment}>
              <span className={styles.head}>
                <Text weight="semibold">{comment.by}</Text>
                <Text className={styles.at}>
                  <Time at={comment.at} />
                </Text>
              </span>
              <Text className={styles.text}>{comment.text}</Text>
            </li>
          ))}
        </ul>
      )}
      {mayWrite && <NewComment alertId={id} />}
    </FlyoutSection>
  );
}

function NewComment({ alertId }: { alertId: string }) {
  const styles = useStyles();
  const { parts, alerts: strings } = useStrings();
  const queries = useQueryClient();
  const tell = useTell();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/alerts/{id}/comments', { params: { path: { id: alertId } }, body: { text } })),
    onSuccess: async () => {
      tell(strings.commented);
      setText('');
      await queries.invalidateQueries({ queryKey: ['alerts', alertId] });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {add.isError && <ProblemBar error={add.error} title={parts.notDone} />}
      <Field label={strings.comment} className={styles.field}>
        <Textarea value={text} maxLength={LONGEST} resize="vertical" onChange={(_, { value }) => setText(value)} />
      </Field>
      <Button type="submit" disabled={add.isPending || text.trim() === ''}>
        {strings.addComment}
      </Button>
    </form>
  );
}
