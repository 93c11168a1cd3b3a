import { Badge } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { Answered } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Lines } from './lines.tsx';
import { Quiet } from './quiet.tsx';

const SHOWN = 5;

/** The newest; the page of the restricted entities has all of them. */
export function RestrictedNow() {
  const { home: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: ['restricted-entities', { organizationId, limit: 1_000 }],
    queryFn: () =>
      answer(api.GET('/api/v1/restricted-entities', { params: { query: { organizationId, limit: 1_000 } } })),
    refetchInterval: 60_000,
  });
  const count = query.data?.items.length ?? 0;
  return (
    <Section
      title={strings.restrictedNow}
      actions={count > 0 && <RouteLink to="/restrictedentities">{strings.all(count)}</RouteLink>}
    >
      <Answered query={query} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Quiet title={strings.nobody} text={strings.nobodyText} />
          ) : (
            <Lines
              label={strings.restrictedNow}
              items={items.slice(0, SHOWN)}
              keyOf={({ id }) => id}
              first={(entity) => <Who entity={entity} />}
              second={({ since, attemptsSince }) => (
                <>
                  <Time at={since} />, {strings.attempts(attemptsSince?.messages ?? 0)}
                </>
              )}
            />
          )
        }
      </Answered>
    </Section>
  );
}

function Who({ entity }: { entity: Schemas['RestrictedEntity'] }) {
  const { restrictedEntities } = useStrings();
  const { id, incidentId, name, cause } = entity;
  return (
    <>
      <RouteLink to={`/restrictedentities/${id}/incidents/${incidentId}`}>{name}</RouteLink>
      <Badge appearance="tint" color={cause === 'detection' ? 'danger' : 'warning'}>
        {restrictedEntities.causes[cause]}
      </Badge>
    </>
  );
}
