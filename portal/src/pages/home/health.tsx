import {
  Badge,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from '@fluentui/react-components';
import { CheckmarkCircleRegular, CircleOffRegular, ErrorCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';

type Stats = Schemas['Stats'];

const REFRESH_MS = 15_000;
const WORKING: ReadonlySet<string> = new Set(['ok', 'listening']);
/** Not configured, which is nobody's trouble. */
const UNUSED: ReadonlySet<string> = new Set(['off', 'not asked']);

const useStyles = makeStyles({
  parts: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  part: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXXS} 0`,
  },
  name: { flexGrow: 1 },
  icon: { display: 'inline-flex', fontSize: '18px' },
  well: { color: tokens.colorStatusSuccessForeground1 },
  unused: { color: tokens.colorNeutralForeground3 },
  troubled: { color: tokens.colorStatusDangerForeground1 },
  running: { color: tokens.colorNeutralForeground3 },
});

/** The guard's parts, and what troubles them. */
export function Health() {
  const { home: strings } = useStrings();
  const query = useQuery({
    queryKey: ['stats'],
    queryFn: () => answer(api.GET('/api/v1/stats')),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section title={strings.health} actions={query.data && <Overall stats={query.data} />}>
      <Answered query={query} lines={6}>
        {(stats) => <Parts stats={stats} />}
      </Answered>
    </Section>
  );
}

function isTroubled({ health: { isReady, parts, troubles = [] } }: Stats): boolean {
  return !isReady || troubles.length > 0 || Object.values(parts).some((state) => kindOf(state) === 'troubled');
}

function kindOf(state: string): 'well' | 'unused' | 'troubled' {
  if (WORKING.has(state)) return 'well';
  return UNUSED.has(state) ? 'unused' : 'troubled';
}

function Overall({ stats }: { stats: Stats }) {
  const { home: strings } = useStrings();
  return isTroubled(stats) ? (
    <Badge appearance="filled" color="danger">
      {strings.troubled}
    </Badge>
  ) : (
    <Badge appearance="tint" color="success">
      {strings.well}
    </Badge>
  );
}

function Parts({ stats }: { stats: Stats }) {
  const styles = useStyles();
  const { home: strings } = useStrings();
  const { health, notices, version, startedAt } = stats;
  return (
    <>
      {[...(health.troubles ?? []).map(({ part, text }) => [part, text]), ...notices.map(({ text }) => ['', text])].map(
        ([part, text]) => (
          <MessageBar key={`${part} ${text}`} intent="warning" layout="multiline">
            <MessageBarBody>
              {part !== '' && <MessageBarTitle>{part}</MessageBarTitle>} {text}
            </MessageBarBody>
          </MessageBar>
        ),
      )}
      <ul className={styles.parts} aria-label={strings.health}>
        {Object.entries(health.parts).map(([part, state]) => {
          const kind = kindOf(state);
          return (
            <li key={part} className={styles.part}>
              <span className={mergeClasses(styles.icon, styles[kind])} aria-hidden>
                {kind === 'well' ? (
                  <CheckmarkCircleRegular />
                ) : kind === 'unused' ? (
                  <CircleOffRegular />
                ) : (
                  <ErrorCircleRegular />
                )}
              </span>
              <Text className={styles.name}>{strings.parts[part] ?? part}</Text>
              <Text className={styles[kind]}>{strings.states[state] ?? state}</Text>
            </li>
          );
        })}
      </ul>
      <Text size={200} className={styles.running}>
        {strings.running(version)} <Time at={startedAt} />
      </Text>
    </>
  );
}
