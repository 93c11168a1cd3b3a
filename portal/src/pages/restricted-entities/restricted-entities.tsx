// The page of the article: who may not send, since when and why, and the way to unblock. Flyouts are loaded when they are opened.
import { Button } from '@fluentui/react-components';
import { ProhibitedRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { List } from './list.tsx';
import { useOpened } from './opened.ts';
import type { More, RestrictedEntity } from './restricted-entity.ts';
import { WhyNot } from './why-not.tsx';

const Overview = lazy(() => import('./entity-flyout.tsx'));
const Unblock = lazy(() => import('./unblock.tsx'));
const Restrict = lazy(() => import('./restrict-flyout.tsx'));

/** So many are shown at once; where there are more, the rest comes after. */
const FIRST_ROWS = 100;
/** What the API gives at once: more than anybody looks through. */
const MOST_ROWS = 10_000;

/** Restrictions come by themselves; what was tried since does not. */
const ATTEMPTS_MS = 30_000;
const LONG_LIST_MS = 300_000;

const NONE: readonly RestrictedEntity[] = [];

export default function RestrictedEntities() {
  const { frame, restrictedEntities: strings } = useStrings();
  const { organizationId } = useOrganization();
  const { opened, open } = useOpened();
  const may = useMay('restricted-entities.write');
  const list = useList(organizationId);
  return (
    <Page
      title={frame.pages.restrictedEntities}
      crumbs={[{ label: frame.groups.emailAndCollaboration }, { label: frame.groups.review }]}
      description={strings.definition}
      actions={
        may && (
          <Button icon={<ProhibitedRegular />} onClick={() => open({ flyout: 'restrict', ids: [] })}>
            {strings.restrict}
          </Button>
        )
      }
    >
      <WhyNot />
      <Answered query={list.query}>
        {() =>
          list.items.length === 0 ? (
            <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.none}>
              {strings.noneText}
            </Empty>
          ) : (
            <List items={list.items} more={list.more} />
          )
        }
      </Answered>
      <Suspense>
        {opened?.flyout === 'entity' && <Overview key={opened.ids[0]} id={opened.ids[0]!} />}
        {opened?.flyout === 'unblock' && <Unblock key={opened.ids.join()} ids={opened.ids} listed={list.items} />}
        {opened?.flyout === 'restrict' && <Restrict />}
      </Suspense>
    </Page>
  );
}

/** The newest at once, then all of them. */
function useList(organizationId: string | undefined) {
  const ask = (limit: number) => () =>
    answer(api.GET('/api/v1/restricted-entities', { params: { query: { organizationId, limit } } }));
  const first = useQuery({
    queryKey: ['restricted-entities', { organizationId, limit: FIRST_ROWS }],
    queryFn: ask(FIRST_ROWS),
    refetchInterval: ATTEMPTS_MS,
  });
  const isLong = first.data?.next !== undefined;
  const all = useQuery({
    queryKey: ['restricted-entities', { organizationId, limit: MOST_ROWS }],
    queryFn: ask(MOST_ROWS),
    enabled: isLong,
    refetchInterval: LONG_LIST_MS,
  });
  const shown = isLong ? (all.data ?? first.data) : first.data;
  const more: More = shown?.next === undefined ? 'none' : shown === all.data ? 'beyond' : 'coming';
  return { query: first, items: shown?.items ?? NONE, more };
}
