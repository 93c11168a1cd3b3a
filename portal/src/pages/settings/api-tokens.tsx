// API tokens: one's own, and those of others for whoever may revoke them.
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useMay, useSession } from '../../context/session.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useWholeScope } from '../../parts/whole-scope.ts';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { NewToken } from './new-token.tsx';

type ApiToken = Schemas['ApiToken'];

export function ApiTokens() {
  const { tokens: strings } = useStrings().settings;
  const organizationId = useWholeScope();
  const mayCreate = useMay('tokens.own');
  const seesAll = useMay('roles.write');
  const [open, setOpen] = useSearchParam('token');
  const query = useQuery({
    queryKey: ['api-tokens', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/api-tokens', { params: { query: { organizationId } } })),
  });
  return (
    <>
      {!seesAll && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{strings.onlyOwn}</MessageBarBody>
        </MessageBar>
      )}
      <Section
        title={strings.title}
        description={strings.text}
        actions={
          mayCreate && (
            <Button appearance="primary" onClick={() => setOpen('new')}>
              {strings.create}
            </Button>
          )
        }
      >
        <Answered query={query} lines={3}>
          {({ items }) => (items.length === 0 ? <Empty title={strings.none} /> : <Tokens tokens={items} />)}
        </Answered>
      </Section>
      {open === 'new' && mayCreate && <NewToken onClose={() => setOpen('')} />}
    </>
  );
}

function Tokens({ tokens }: { tokens: readonly ApiToken[] }) {
  const { tokens: strings } = useStrings().settings;
  const { id: own } = useSession();
  const afterChange = useAfterChange();
  const [asked, setAsked] = useState<ApiToken>();
  const names = useAccountNames();
  const makerOf = ({ madeBy }: ApiToken) => {
    if (madeBy === undefined) return strings.madeByLocal;
    return madeBy === own ? strings.you : (names.get(madeBy) ?? madeBy);
  };
  const revoke = async ({ id, name }: ApiToken) => {
    await answer(api.DELETE('/api/v1/api-tokens/{id}', { params: { path: { id } } }));
    await afterChange(strings.revoked(name), 'api-tokens');
  };
  return (
    <>
      <ShortTable
        label={strings.list}
        columns={[
          { label: strings.name, cell: ({ name }) => name },
          { label: strings.roles, cell: ({ roles }) => roles.join(', ') },
          { label: strings.madeBy, cell: makerOf },
          {
            label: strings.lastUsed,
            cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? strings.notUsed : <Time at={lastUsedAt} />),
          },
          {
            label: strings.expires,
            cell: ({ expiresAt }) => (expiresAt === undefined ? strings.never : <Time at={expiresAt} />),
          },
          {
            label: strings.revoke,
            align: 'end',
            cell: (token) => (
              <Button size="small" aria-label={strings.revokeOf(token.name)} onClick={() => setAsked(token)}>
                {strings.revoke}
              </Button>
            ),
          },
        ]}
        rows={tokens}
        keyOf={({ id }) => id}
      />
      {asked !== undefined && (
        <Confirmation
          title={strings.revokeTitle(asked.name)}
          action={strings.revoke}
          act={() => revoke(asked)}
          onClose={() => setAsked(undefined)}
        >
          {strings.revokeText}
        </Confirmation>
      )}
    </>
  );
}

/** By id. Empty until they are there. */
function useAccountNames(): ReadonlyMap<string, string> {
  const organizationId = useWholeScope();
  const query = useQuery({
    queryKey: ['role-assignments', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/role-assignments', { params: { query: { organizationId } } })),
  });
  return new Map(query.data?.accounts.map(({ id, name }) => [id, name]));
}
