// What the provider assigned to organizations.
import { Button, Field, Input } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Empty, NotShown, ProblemBar, Waiting } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';

type Assignment = Schemas['IdentityAssignment'];
type Kind = keyof Strings['settings']['pool']['kinds'];

export function IdentityPool() {
  const { settings, parts } = useStrings();
  const strings = settings.pool;
  const { organizationId } = useOrganization();
  const mayAssign = useMay('identities.assign');
  const query = useInfiniteQuery({
    queryKey: ['identity-pool', { organizationId }],
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/v1/identity-pool', { params: { query: { organizationId, cursor, limit: 200 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {!mayAssign && <NotShown what={strings.mayNot} right={strings.right} />}
      <Section title={strings.title} description={strings.text}>
        {query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Waiting lines={3} />}
        {items?.length === 0 && <Empty title={strings.none}>{strings.noneText}</Empty>}
        {items !== undefined && items.length > 0 && <Assignments assignments={items} mayAssign={mayAssign} />}
        {query.hasNextPage && (
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {parts.loadMore}
          </Button>
        )}
      </Section>
      {mayAssign && <Assign />}
    </>
  );
}

function Assignments({ assignments, mayAssign }: { assignments: readonly Assignment[]; mayAssign: boolean }) {
  const { parts, frame, settings } = useStrings();
  const strings = settings.pool;
  const { organizations } = useOrganization();
  const afterChange = useAfterChange();
  const [asked, setAsked] = useState<Assignment>();
  const remove = async ({ id, value }: Assignment) => {
    await answer(api.DELETE('/api/v1/identity-pool/{id}', { params: { path: { id } } }));
    await afterChange(strings.removed(value), 'identity-pool');
  };
  return (
    <>
      <ShortTable
        label={strings.list}
        columns={[
          { label: strings.kind, cell: ({ kind }: Assignment) => strings.kinds[kind] },
          { label: strings.value, cell: ({ value }: Assignment) => value },
          {
            label: frame.organization,
            cell: ({ organizationId }: Assignment) =>
              organizations.find(({ id }) => id === organizationId)?.name ?? organizationId,
          },
          { label: strings.assignedAt, cell: ({ assignedAt }: Assignment) => <Time at={assignedAt} /> },
          ...(mayAssign
            ? [
                {
                  label: parts.remove,
                  align: 'end' as const,
                  cell: (assignment: Assignment) => (
                    <Button
                      size="small"
                      aria-label={`${parts.remove}: ${assignment.value}`}
                      onClick={() => setAsked(assignment)}
                    >
                      {parts.remove}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
        rows={assignments}
        keyOf={({ id }) => id}
      />
      {asked !== undefined && (
        <Confirmation
          title={strings.removeTitle(asked.value)}
          action={parts.remove}
          act={() => remove(asked)}
          onClose={() => setAsked(undefined)}
        >
          {strings.removeText}
        </Confirmation>
      )}
    </>
  );
}

function Assign() {
  const { settings, frame } = useStrings();
  const strings = settings.pool;
  const { organization, organizations } = useOrganization();
  const afterChange = useAfterChange();
  const [kind, setKind] = useState<Kind>('addressPrefix');
  const [text, setText] = useState('');
  const [to, setTo] = useState(organization?.id ?? organizations[0]?.id ?? '');
  const value = text.trim();
  const assign = async () => {
    const assigned = await answer(api.POST('/api/v1/identity-pool', { body: { organizationId: to, kind, value } }));
    setText('');
    await afterChange(strings.assigned(assigned.value), 'identity-pool');
  };
  return (
    <Section title={strings.assign}>
      <Form action={strings.assign} isReady={value !== ''} act={assign}>
        <Field label={frame.organization}>
          <Choice
            label={frame.organization}
            value={to}
            options={organizations.map(({ id, name }) => [id, name] as const)}
            onChange={setTo}
          />
        </Field>
        <Field label={strings.kind}>
          <Choice
            label={strings.kind}
            value={kind}
            options={Object.entries(strings.kinds).map(([each, words]) => [each as Kind, words] as const)}
            onChange={setKind}
          />
        </Field>
        <Field label={strings.value} hint={strings.valueHint}>
          <Input value={text} autoComplete="off" onChange={(_, { value: typed }) => setText(typed)} />
        </Field>
      </Form>
    </Section>
  );
}
