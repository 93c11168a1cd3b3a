// One connector: how it stands, what it sends, what it may, and what was changed of it.
import {
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { answer, api } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { ConnectorActions } from './connector-actions.tsx';
import { ConnectorLimits } from './connector-limits.tsx';
import { type Connector, useConnector } from './connector-queries.ts';
import { StatusBadge } from './connector-status.tsx';
import { ExceptionWindows } from './exception-windows.tsx';
import { LetPass } from './let-pass.tsx';
import { Overview } from './overview.tsx';
import { PageTabs, useTab } from './page-tabs.tsx';
import { RecentChanges } from './recent-changes.tsx';

const useStyles = makeStyles({ standing: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM } });

export default function ConnectorPage() {
  const { frame, connectors: strings } = useStrings();
  const { connectorId = '' } = useParams();
  const query = useConnector(connectorId);
  const connector = query.data;
  return (
    <Page
      title={connector?.name ?? strings.connector}
      crumbs={[{ label: frame.groups.mailFlow }, { label: frame.pages.connectors, to: '/connectors' }]}
      description={connector?.comment || undefined}
      actions={connector && <ConnectorActions connector={connector} />}
    >
      <Answered query={query}>{(shown) => <Content connector={shown} />}</Answered>
    </Page>
  );
}

function Content({ connector }: { connector: Connector }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const tab = useTab(strings.pageTabs);
  return (
    <>
      {!mayChange && <NotShown what={strings.readOnly} right={strings.rightToChange} />}
      {connector.restricted && <RestrictedBar id={connector.id} />}
      <div className={styles.standing}>
        <StatusBadge connector={connector} />
        <Text>{strings.modes[connector.mode]}</Text>
      </div>
      <PageTabs label={strings.sections} tabs={strings.pageTabs} chosen={tab} />
      {tab === 'overview' && <Overview connector={connector} />}
      {tab === 'letPass' && <LetPass connector={connector} />}
      {tab === 'limits' && <ConnectorLimits connector={connector} />}
      {tab === 'windows' && <ExceptionWindows connector={connector} />}
      {tab === 'changes' && <RecentChanges connector={connector} />}
    </>
  );
}

/** Why it may not relay, and the way to the evidence and out of it. */
function RestrictedBar({ id }: { id: string }) {
  const { connectors: strings } = useStrings();
  const query = useQuery({
    queryKey: ['restricted-entities', id],
    queryFn: () => answer(api.GET('/api/v1/restricted-entities/{id}', { params: { path: { id } } })),
  });
  const restriction = query.data;
  if (restriction === undefined) return null;
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {strings.restrictedSince} <Time at={restriction.since} />
        </MessageBarTitle>
        {restriction.reason}
      </MessageBarBody>
      <MessageBarActions>
        <RouteLink to={`/restrictedentities/${id}/incidents/${restriction.incidentId}`}>
          {strings.openEvidence}
        </RouteLink>
        <RouteLink to={`/restrictedentities?entity=${id}`}>{strings.unblock}</RouteLink>
      </MessageBarActions>
    </MessageBar>
  );
}
