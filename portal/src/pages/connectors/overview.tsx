// A connector at a glance: how the detector sees it, how it is configured, and what it sends.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Details } from '../../parts/details.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';
import { StandingBar } from './connector-status.tsx';
import { Traffic } from './traffic.tsx';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gap: tokens.spacingHorizontalM,
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  list: { margin: 0, padding: 0, listStyleType: 'none' },
  hint: { display: 'block', color: tokens.colorNeutralForeground3 },
});

export function Overview({ connector }: { connector: Connector }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const { mode, standing } = connector;
  return (
    <>
      <div className={styles.columns}>
        <Section title={strings.judged}>
          {standing === undefined ? (
            <Text>{strings.standingNone}</Text>
          ) : (
            <>
              <StandingBar standing={standing} />
              <Text>{strings.levels[standing.level]}</Text>
            </>
          )}
          <Details
            entries={[
              [
                strings.mode,
                <>
                  {strings.modes[mode]}
                  <Text size={200} className={styles.hint}>
                    {strings.modeHints[mode]}
                  </Text>
                </>,
              ],
              [strings.profile, linesOf(profileOf(connector, strings))],
            ]}
          />
          <RouteLink to={`/messagetrace?entity=${connector.id}`}>{strings.recentMessages}</RouteLink>
        </Section>
        <Section title={strings.configuredAs}>
          <Configuration connector={connector} />
        </Section>
      </div>
      <Traffic connector={connector} />
    </>
  );
}

/** What is empty is left out. */
function Configuration({ connector }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const { tlsSenderCertificateName, localSubmission } = connector;
  return (
    <Details
      entries={[
        [strings.type, strings.types[connector.type]],
        [strings.addresses, linesOf(connector.senderIpAddresses)],
        [strings.logins, linesOf(connector.saslUsernames)],
        [strings.certificateName, tlsSenderCertificateName === '' ? undefined : tlsSenderCertificateName],
        [strings.fingerprints, linesOf(connector.clientCertificateFingerprints)],
        [strings.identities, localSubmission ? strings.localSubmission : undefined],
        [strings.domains, linesOf(connector.associatedAcceptedDomains)],
        [strings.created, <Time key="created" at={connector.createdAt} />],
        [strings.id, connector.id],
      ]}
    />
  );
}

function profileOf({ bulk, armed, ndr }: Connector, { profiles }: Strings['connectors']): readonly string[] {
  return [bulk && profiles.bulk, armed && profiles.armed, ndr && profiles.ndr].filter((each) => each !== false);
}

function linesOf(lines: readonly string[]): ReactNode {
  return lines.length === 0 ? undefined : <Lines lines={lines} />;
}

function Lines({ lines }: { lines: readonly string[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
