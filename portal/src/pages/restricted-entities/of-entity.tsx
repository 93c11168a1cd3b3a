// A flyout's content about one entity: it comes, it failed, it is restricted no more, or here it is.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { auditPath } from './addresses.ts';
import type { RestrictedEntityDetails } from './restricted-entity.ts';

export function OfEntity({
  id,
  query,
  children,
}: {
  id: string;
  query: UseQueryResult<RestrictedEntityDetails>;
  children: (entity: RestrictedEntityDetails) => ReactNode;
}) {
  const { restrictedEntities: strings } = useStrings();
  if (query.error instanceof ApiProblem && query.error.code === 'not_restricted') {
    return (
      <Empty title={strings.notRestricted}>
        {strings.notRestrictedText}
        <RouteLink to={auditPath(id)}>{strings.auditTrail}</RouteLink>
      </Empty>
    );
  }
  return <Answered query={query}>{children}</Answered>;
}
