// Several at once: who they are, what is to be done before, one order for all of them, and what came of each.
import { Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular, DismissCircleRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { effectInWords } from './effect.tsx';
import { useOpened } from './opened.ts';
import { OrderForm } from './order-form.tsx';
import { Recommendations } from './recommendations.tsx';
import {
  PLAIN_ORDER,
  type RestrictedEntity,
  type UnblockedEntity,
  useRestrictedEntity,
  useUnblock,
} from './restricted-entity.ts';
import type { UnblockProps } from './unblock.tsx';
import { WhyNot } from './why-not.tsx';

type Outcome = { readonly entity: UnblockedEntity } | { readonly error: unknown } | 'waiting';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none' },
  one: {
    display: 'flex',
    flexDirection: 'column',
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, overflowWrap: 'anywhere' },
  more: { color: tokens.colorNeutralForeground2 },
  outcome: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
});

export function UnblockSeveral({ ids, listed }: UnblockProps) {
  const styles = useStyles();
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const may = useMay('restricted-entities.write');
  // The list loses them one by one while they are unblocked.
  const [entities] = useState(() => listed.filter(({ id }) => ids.includes(id)));
  const [order, setOrder] = useState(PLAIN_ORDER);
  const { outcomes, isBegun, isDone, unblockAll } = useUnblockAll(entities, order);
  const close = () => open(undefined);
  return (
    <Flyout
      title={strings.unblockEntities}
      onClose={close}
      actions={
        isDone ? (
          <Button appearance="primary" onClick={close}>
            {parts.close}
          </Button>
        ) : (
          <>
            <Button appearance="primary" disabled={!may || isBegun || entities.length === 0} onClick={unblockAll}>
              {strings.unblockCount(entities.length)}
            </Button>
            <Button onClick={close}>{parts.cancel}</Button>
          </>
        )
      }
    >
      <WhyNot />
      <FlyoutSection title={isBegun ? strings.result : strings.details}>
        <ul className={styles.list}>
          {entities.map((entity) => (
            <li key={entity.id} className={styles.one}>
              <span className={styles.name}>
                <Text weight="semibold">{entity.name}</Text>
                <Text className={styles.more}>{strings.kinds[entity.kind]}</Text>
              </span>
              <Text size={200} className={styles.more}>
                {entity.evidenceInShort}
              </Text>
              <OutcomeOf outcome={outcomes.get(entity.id)} />
            </li>
          ))}
        </ul>
      </FlyoutSection>
      {!isBegun && (
        <>
          <RecommendationsOf kind="connector" entities={entities} />
          <RecommendationsOf kind="user" entities={entities} />
          {may && <OrderForm order={order} disabled={false} onChange={setOrder} />}
        </>
      )}
    </Flyout>
  );
}

function useUnblockAll(entities: readonly RestrictedEntity[], order: typeof PLAIN_ORDER) {
  const { mutateAsync } = useUnblock();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const note = (id: string, outcome: Outcome) => setOutcomes((before) => new Map(before).set(id, outcome));
  const unblockOne = async ({ id }: RestrictedEntity) => {
    note(id, 'waiting');
    try {
      note(id, { entity: await mutateAsync({ id, order }) });
    } catch (error) {
      note(id, { error });
    }
  };
  return {
    outcomes,
    isBegun: outcomes.size > 0,
    isDone: outcomes.size > 0 && [...outcomes.values()].every((outcome) => outcome !== 'waiting'),
    // The browser sends some of them at a time.
    unblockAll: () => void Promise.all(entities.map(unblockOne)),
  };
}

function OutcomeOf({ outcome }: { outcome: Outcome | undefined }) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  const format = useFormat();
  if (outcome === undefined) return null;
  if (outcome === 'waiting') return <Spinner size="tiny" labelPosition="after" label={strings.outcomes.waiting} />;
  if ('error' in outcome) {
    return (
      <Text className={styles.outcome}>
        <DismissCircleRegular color={tokens.colorStatusDangerForeground1} />
        {strings.outcomes.failed}: {toProblem(outcome.error).detail}
      </Text>
    );
  }
  return (
    <Text className={styles.outcome}>
      <CheckmarkCircleRegular color={tokens.colorStatusSuccessForeground1} />
      {strings.outcomes.done}: {effectInWords(outcome.entity.effective, strings, format)}
    </Text>
  );
}

/** The steps are the same for all of a kind; the commands, which name one of them, are left out. */
function RecommendationsOf({
  kind,
  entities,
}: {
  kind: RestrictedEntity['kind'];
  entities: readonly RestrictedEntity[];
}) {
  const { restrictedEntities: strings } = useStrings();
  const first = entities.find((entity) => entity.kind === kind);
  const query = useRestrictedEntity(first?.id ?? '', first !== undefined);
  if (query.data === undefined) return null;
  const recommendations = query.data.recommendations.map(({ title, text }) => ({ title, text }));
  return <Recommendations title={strings.recommendationsOf[kind]} recommendations={recommendations} />;
}
