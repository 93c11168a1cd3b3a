// The evidence of an incident, for somebody who was woken by it: first in two sentences what happened and whether it is over, then
// why, what got out, and all that one may want to see before unblocking.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { LockOpenRegular } from '@fluentui/react-icons';
import { useParams } from 'react-router';
import { useMay } from '../../context/session.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { RouteButton } from '../../parts/route-link.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Attempts } from './attempts.tsx';
import { Changes } from './changes.tsx';
import { History } from './history.tsx';
import { type IncidentEvidence, useEvidence } from './incident.ts';
import { Samples, TippingMessage } from './messages.tsx';
import { Settings } from './settings.tsx';
import { Sources } from './sources.tsx';
import { Summary } from './summary.tsx';
import { WhatGotOut } from './what-got-out.tsx';
import { Why } from './why.tsx';

const useStyles = makeStyles({
  sections: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 460px), 1fr))',
    gap: tokens.spacingVerticalM,
  },
  refused: { color: tokens.colorNeutralForeground3 },
});

export default function Evidence() {
  const { frame, evidence: strings } = useStrings();
  const { entityId = '', incidentId = '' } = useParams();
  const query = useEvidence({ entityId, incidentId });
  const name = query.data?.restriction.name;
  return (
    <Page
      title={name === undefined ? frame.pages.evidence : strings.title(name)}
      crumbs={[
        { label: frame.groups.emailAndCollaboration },
        { label: frame.groups.review },
        { label: frame.pages.restrictedEntities, to: '/restrictedentities' },
      ]}
      actions={query.data && <Unblock evidence={query.data} />}
    >
      <Answered query={query} lines={12}>
        {(evidence) => <Sections evidence={evidence} />}
      </Answered>
    </Page>
  );
}

/** The form itself stands on the page of the restricted entities. */
function Unblock({ evidence }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const may = useMay('restricted-entities.write');
  const { id, ended } = evidence.restriction;
  if (ended !== undefined) return null;
  if (!may) {
    return (
      <Text size={200} className={styles.refused}>
        {strings.mayNotUnblock}
      </Text>
    );
  }
  return (
    <RouteButton appearance="primary" icon={<LockOpenRegular />} to={`/restrictedentities?entity=${id}`}>
      {strings.unblock}
    </RouteButton>
  );
}

function Sections({ evidence }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  return (
    <div className={styles.sections}>
      <Summary evidence={evidence} />
      <Why evidence={evidence} />
      <div className={styles.pair}>
        <TippingMessage evidence={evidence} />
        <Sources evidence={evidence} />
      </div>
      <WhatGotOut evidence={evidence} />
      <Samples evidence={evidence} />
      <div className={styles.pair}>
        <Attempts evidence={evidence} />
        <History evidence={evidence} />
      </div>
      <div className={styles.pair}>
        <Settings evidence={evidence} />
        <Changes evidence={evidence} />
      </div>
    </div>
  );
}
