// The flyout of an alert: what happened, who looks after it, and everything since.
import { makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useFormat } from '../../context/format.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { AuditOffBanner } from '../../parts/audit-off-banner.tsx';
import { Details } from '../../parts/details.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { ActivityList } from './activity-list.tsx';
import { Comments } from './comments.tsx';
import { Handling } from './handling.tsx';
import { StatusBadge } from './status-badge.tsx';

export type AlertDetails = Schemas['AlertDetails'];

const useStyles = makeStyles({
  badges: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  links: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}` },
});

export function AlertFlyout({ id, onClose }: { id: string; onClose: () => void }) {
  const { alerts: strings } = useStrings();
  const query = useQuery({
    queryKey: ['alerts', id],
    queryFn: () => answer(api.GET('/api/v1/alerts/{id}', { params: { path: { id } } })),
  });
  if (query.data !== undefined) return <AlertShown alert={query.data} onClose={onClose} />;
  const isGone = query.error instanceof ApiProblem && [400, 404].includes(query.error.status);
  return (
    <Flyout title={isGone ? strings.gone : strings.alert} wide onClose={onClose}>
      {query.isPending && <Spinner delay={300} />}
      {isGone && <Text>{strings.goneText}</Text>}
      {query.isError && !isGone && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
    </Flyout>
  );
}

function AlertShown({ alert, onClose }: { alert: AlertDetails; onClose: () => void }) {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  return (
    <Flyout title={alert.policy} wide onClose={onClose}>
      <AuditOffBanner auditLog={alert.auditLog} />
      <div className={styles.badges}>
        <Severity severity={alert.severity} />
        <StatusBadge status={alert.status} />
      </div>
      <FlyoutSection title={strings.whatHappened}>
        <Text>{alert.summary}</Text>
        <Links alert={alert} />
      </FlyoutSection>
      <Handling alert={alert} />
      <FlyoutSection title={strings.details}>
        <AboutAlert alert={alert} />
      </FlyoutSection>
      <ActivityList alert={alert} />
      <Comments alert={alert} />
    </Flyout>
  );
}

/** Where to look next. */
function Links({ alert: { entityId, entityKind, incidentId } }: { alert: AlertDetails }) {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  if (entityId === undefined) return null;
  return (
    <div className={styles.links}>
      {incidentId !== undefined && (
        <>
          <RouteLink to={`/restrictedentities/${entityId}/incidents/${incidentId}`}>{strings.evidence}</RouteLink>
          <RouteLink to={`/restrictedentities?entity=${entityId}`}>{strings.restrictedEntities}</RouteLink>
        </>
      )}
      {entityKind === 'connector' && <RouteLink to={`/messagetrace?entity=${entityId}`}>{strings.trace}</RouteLink>}
    </div>
  );
}

function AboutAlert({ alert }: { alert: AlertDetails }) {
  const { alerts: strings, alertPolicies } = useStrings();
  const format = useFormat();
  const { entityId, entityKind, entityName, policyId, policy } = alert;
  return (
    <Details
      entries={[
        [
          strings.policy,
          policyId === '' ? (
            policy
          ) : (
            <RouteLink key="policy" to={`/alertpolicies?policy=${policyId}`}>
              {policy}
            </RouteLink>
          ),
        ],
        [
          entityKind === undefined ? strings.guardPart : strings.kinds[entityKind],
          entityKind === 'connector' ? (
            <RouteLink key="entity" to={`/connectors/${entityId}`}>
              {entityName}
            </RouteLink>
          ) : (
            entityName
          ),
        ],
        [strings.category, alertPolicies.categories[alert.category]],
        [strings.raised, <Time key="raised" at={alert.at} />],
        [strings.firstActivity, <Time key="first" at={alert.firstActivityAt} />],
        [strings.lastActivity, <Time key="last" at={alert.lastActivityAt} />],
        [strings.resolved, alert.resolvedAt && <Time key="resolved" at={alert.resolvedAt} />],
        [strings.hits, format.number(alert.hitCount)],
        [strings.notified, format.number(alert.notified)],
        [strings.incident, alert.incidentId],
      ]}
    />
  );
}
