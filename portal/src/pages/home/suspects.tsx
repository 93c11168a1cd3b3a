import { Badge, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { Answered } from '../../parts/answered.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Lines } from './lines.tsx';
import { Quiet } from './quiet.tsx';

type Suspect = Schemas['Suspect'];

const SHOWN = 5;
/** No event tells of a sum that rises. */
const REFRESH_MS = 10_000;

const useStyles = makeStyles({
  standing: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  bar: { width: '64px' },
});

/** Who is not restricted, and may be soon. */
export function Suspects() {
  const { home: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: ['suspects', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/suspects', { params: { query: { organizationId } } })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section title={strings.suspects}>
      <Answered query={query} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Quiet title={strings.noSuspects} text={strings.noSuspectsText} />
          ) : (
            <Lines
              label={strings.suspects}
              items={items.slice(0, SHOWN)}
              keyOf={({ id }) => id}
              first={(suspect) => <Who suspect={suspect} />}
              second={({ words }) => (
                <span lang="en" title={words.join('; ')}>
                  {words.join('; ')}
                </span>
              )}
            />
          )
        }
      </Answered>
    </Section>
  );
}

function Who({ suspect }: { suspect: Suspect }) {
  const styles = useStyles();
  const { home: strings } = useStrings();
  const format = useFormat();
  const { id, kind, name, sum, threshold, rising } = suspect;
  const words = strings.ofThreshold(format.number(sum, 1), format.number(threshold));
  return (
    <>
      <span>
        {kind === 'connector' ? (
          <RouteLink to={`/connectors/${id}`}>{name}</RouteLink>
        ) : (
          <RouteLink to={`/messagetrace?entity=${id}`}>{name}</RouteLink>
        )}
      </span>
      <span className={styles.standing}>
        {rising === true && (
          <Badge appearance="tint" color="warning">
            {strings.rising}
          </Badge>
        )}
        <ProgressBar
          className={styles.bar}
          aria-label={words}
          value={Math.min(1, sum / threshold)}
          color={sum >= 0.6 * threshold ? 'error' : 'warning'}
        />
        <Text size={200}>{words}</Text>
      </span>
    </>
  );
}
