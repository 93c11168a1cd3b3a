// What is known of one restricted entity, and the way on: Unblock.
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { LockOpenRegular } from '@fluentui/react-icons';
import { useMay } from '../../context/session.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { auditPath, incidentPath } from './addresses.ts';
import { OfEntity } from './of-entity.tsx';
import { useOpened } from './opened.ts';
import { Recommendations } from './recommendations.tsx';
import { type RestrictedEntityDetails, useRestrictedEntity } from './restricted-entity.ts';
import { Summary } from './summary.tsx';
import { WhyNot } from './why-not.tsx';

const useStyles = makeStyles({
  past: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
});

export default function EntityFlyout({ id }: { id: string }) {
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const may = useMay('restricted-entities.write');
  const query = useRestrictedEntity(id);
  return (
    <Flyout
      title={query.data?.name ?? strings.details}
      onClose={() => open(undefined)}
      actions={
        <>
          <Button
            appearance="primary"
            icon={<LockOpenRegular />}
            disabled={!may || !query.isSuccess}
            onClick={() => open({ flyout: 'unblock', ids: [id] })}
          >
            {strings.unblock}
          </Button>
          <Button onClick={() => open(undefined)}>{parts.close}</Button>
        </>
      }
    >
      <OfEntity id={id} query={query}>
        {(entity) => (
          <>
            <WhyNot />
            <Summary entity={entity} />
            <Earlier entity={entity} />
            <RouteLink to={auditPath(id)}>{strings.auditTrail}</RouteLink>
            {/* Who may unblock gets them with it. */}
            {!may && <Recommendations recommendations={entity.recommendations} />}
          </>
        )}
      </OfEntity>
    </Flyout>
  );
}

function Earlier({ entity: { history } }: { entity: RestrictedEntityDetails }) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  if (history.length === 0) return null;
  return (
    <FlyoutSection title={strings.earlier}>
      <ul className={styles.past}>
        {history.map((past) => (
          <li key={past.restrictionId}>
            <Time at={past.since} />: {strings.causes[past.cause]}
            {past.ended && `, ${strings.earlierEnded(past.ended.by)}`}{' '}
            <RouteLink to={incidentPath(past)}>{strings.openEvidence}</RouteLink>
          </li>
        ))}
      </ul>
    </FlyoutSection>
  );
}
