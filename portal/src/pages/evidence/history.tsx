import { Text } from '@fluentui/react-components';
import { Answered } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type IncidentEvidence, useHistory } from './incident.ts';

/** The entity's other incidents, newest first. */
export function History({ evidence: { restriction } }: { evidence: IncidentEvidence }) {
  const { evidence: strings, restrictedEntities } = useStrings();
  const query = useHistory(restriction);
  const words = strings.history;
  return (
    <Section title={words.others}>
      <Answered query={query} lines={3}>
        {({ items }) => {
          const others = items.filter(({ incidentId }) => incidentId !== restriction.incidentId);
          if (others.length === 0) return <Text>{words.none}</Text>;
          return (
            <ShortTable
              label={words.others}
              rows={others}
              keyOf={({ restrictionId }) => restrictionId}
              columns={[
                {
                  label: words.since,
                  cell: ({ id, incidentId, since }) => (
                    <RouteLink to={`/restrictedentities/${id}/incidents/${incidentId}`}>
                      <Time at={since} />
                    </RouteLink>
                  ),
                },
                { label: words.cause, cell: ({ cause }) => restrictedEntities.causes[cause] },
                {
                  label: words.ended,
                  cell: ({ ended }) =>
                    ended === undefined ? (
                      words.still
                    ) : (
                      <>
                        <Time at={ended.at} />, {ended.by}
                      </>
                    ),
                },
              ]}
            />
          );
        }}
      </Answered>
    </Section>
  );
}
