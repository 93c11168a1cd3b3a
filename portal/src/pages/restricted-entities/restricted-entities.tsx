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
import type { RestrictedEntity } from './restricted-entity.ts';
import { WhyNot } from './why-not.tsx';

const Overview = lazy(() => import('./entity-flyout.tsx'));
const Unblock = lazy(() => import('./unblock.tsx'));
const Restrict = lazy(() => import('./restrict-flyout.tsx'));

/** What the API gives at once: more than anybody looks through. */
const MOST_ROWS = 10_000;

const ATTEMPTS_MS = 30_000;

const NONE: readonly RestrictedEntity[] = [];

export default function RestrictedEntities() {
  const { frame, restrictedEntities: strings } = useStrings();
  const { organizationId } = useOrganization();
  const { opened, open } = useOpened();
  const may = useMay('restricted-entities.write');
  const query = useQuery({
    queryKey: ['restricted-entities', { organizationId }],
    queryFn: () =>
      answer(api.GET('/api/v1/restricted-entities', { params: { query: { organizationId, limit: MOST_ROWS } } })),
    // Restrictions come by themselves; what was tried since does not.
    refetchInterval: ATTEMPTS_MS,
  });
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
      <Answered query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.none}>
              {strings.noneText}
            </Empty>
          ) : (
            <List items={items} hasMore={next !== undefined} />
          )
        }
      </Answered>
      <Suspense>
        {opened?.flyout === 'entity' && <Overview key={opened.ids[0]} id={opened.ids[0]!} />}
        {opened?.flyout === 'unblock' && (
          <Unblock key={opened.ids.join()} ids={opened.ids} listed={query.data?.items ?? NONE} />
        )}
        {opened?.flyout === 'restrict' && <Restrict />}
      </Suspense>
    </Page>
  );
}
