// Where one is signed in, and the end of it; for whoever manages accounts those of others, too.
import { Badge, Button, Field, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useMay, useSession } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';

type Session = Schemas['Session'];

const useStyles = makeStyles({ whose: { width: 'min(100%, 240px)' } });

export function Sessions() {
  const styles = useStyles();
  const { sessions: strings } = useStrings().settings;
  const maySeeAll = useMay('roles.write');
  const [whose, setWhose] = useSearchParam('whose', 'own');
  const isAll = maySeeAll && whose === 'all';
  const query = useQuery({
    queryKey: ['sessions', { isAll }],
    queryFn: () => answer(api.GET('/api/v1/sessions', { params: { query: isAll ? { accountId: 'all' } : {} } })),
  });
  const [isAsking, setAsking] = useState(false);
  const afterChange = useAfterChange();
  const endOthers = async () => {
    await answer(api.DELETE('/api/v1/sessions'));
    await afterChange(strings.endedOthers, 'sessions');
  };
  return (
    <>
      {!maySeeAll && <NotShown what={strings.onlyOwn} right={strings.right} />}
      <Section
        title={strings.title}
        description={isAll ? strings.textAll : strings.text}
        actions={<Button onClick={() => setAsking(true)}>{strings.endOthers}</Button>}
      >
        {maySeeAll && (
          <Field label={strings.whose} className={styles.whose}>
            <Choice
              label={strings.whose}
              value={isAll ? 'all' : 'own'}
              options={[
                ['own', strings.whoseChoices.own],
                ['all', strings.whoseChoices.all],
              ]}
              onChange={setWhose}
            />
          </Field>
        )}
        <Answered query={query} lines={3}>
          {({ items }) => <SessionList sessions={items} />}
        </Answered>
      </Section>
      {isAsking && (
        <Confirmation
          title={strings.endOthersTitle}
          action={strings.endOthers}
          act={endOthers}
          onClose={() => setAsking(false)}
        >
          {strings.endOthersText}
        </Confirmation>
      )}
    </>
  );
}

function SessionList({ sessions }: { sessions: readonly Session[] }) {
  const { sessions: strings } = useStrings().settings;
  const { name: own } = useSession();
  const afterChange = useAfterChange();
  const [asked, setAsked] = useState<Session>();
  const end = async ({ id }: Session) => {
    await answer(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id } } }));
    await afterChange(strings.ended, 'sessions');
  };
  const newestFirst = sessions.toSorted((a, b) => b.lastSeenAt.localeCompare(a.lastSeenAt));
  return (
    <>
      <ShortTable
        label={strings.list}
        columns={[
          { label: strings.account, cell: ({ accountName }) => accountName },
          { label: strings.clientAddress, whole: true, cell: ({ clientAddress }) => clientAddress },
          { label: strings.userAgent, cell: ({ userAgent }) => browserOf(userAgent) },
          { label: strings.since, cell: ({ createdAt }) => <Time at={createdAt} /> },
          { label: strings.lastSeen, cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
          {
            label: strings.end,
            align: 'end',
            cell: (session) =>
              session.current ? (
                <Badge appearance="tint">{strings.current}</Badge>
              ) : (
                <Button
                  size="small"
                  aria-label={strings.endOf(session.accountName || own, session.clientAddress)}
                  onClick={() => setAsked(session)}
                >
                  {strings.end}
                </Button>
              ),
          },
        ]}
        rows={newestFirst}
        keyOf={({ id }) => id}
      />
      {asked !== undefined && (
        <Confirmation
          title={strings.endTitle}
          action={strings.end}
          act={() => end(asked)}
          onClose={() => setAsked(undefined)}
        >
          {strings.endText}
        </Confirmation>
      )}
    </>
  );
}

/** What people call it, from what it says of itself; else its own words. */
function browserOf(userAgent: string): string {
  const known = [
    [/\bEdg\//, 'Edge'],
    [/\bFirefox\//, 'Firefox'],
    [/\b(Headless)?Chrome\//, 'Chrome'],
    [/\bSafari\//, 'Safari'],
  ] as const;
  const name = known.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = /\((?:X11; )?([^;)]+)/.exec(userAgent)?.[1];
  return name === undefined ? userAgent.slice(0, 60) : [name, system].filter(Boolean).join(', ');
}
