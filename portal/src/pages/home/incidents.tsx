import { Badge, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { Answered } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Lines } from './lines.tsx';

const SHOWN = 6;

/** Also those that are over. */
export function Incidents() {
  const { home: strings, restrictedEntities } = useStrings();
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: ['restricted-entities', { organizationId, state: 'all', limit: SHOWN }],
    queryFn: () =>
      answer(
        api.GET('/api/v1/restricted-entities', { params: { query: { organizationId, state: 'all', limit: SHOWN } } }),
      ),
  });
  return (
    <Section title={strings.incidents}>
      <Answered query={query} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Text>{strings.noIncidents}</Text>
          ) : (
            <Lines
              label={strings.incidents}
              items={items}
              keyOf={({ restrictionId }) => restrictionId}
              first={({ id, incidentId, name, ended }) => (
                <>
                  <RouteLink to={`/restrictedentities/${id}/incidents/${incidentId}`}>{name}</RouteLink>
                  {ended === undefined ? (
                    <Badge appearance="tint" color="danger">
                      {strings.inForce}
                    </Badge>
                  ) : (
                    <Badge appearance="tint" color="success">
                      {strings.over}
                    </Badge>
                  )}
                </>
              )}
              second={({ since, cause }) => (
                <>
                  <Time at={since} />, {restrictedEntities.causes[cause]}
                </>
              )}
            />
          )
        }
      </Answered>
    </Section>
  );
}
