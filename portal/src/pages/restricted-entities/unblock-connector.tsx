// The flyout **Unblock entity** of the article.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { OfEntity } from './of-entity.tsx';
import { useOpened } from './opened.ts';
import { OrderForm } from './order-form.tsx';
import { Recommendations } from './recommendations.tsx';
import { PLAIN_ORDER, type useRestrictedEntity, type useUnblock } from './restricted-entity.ts';
import { Summary } from './summary.tsx';
import { WhyNot } from './why-not.tsx';

export interface UnblockOneProps {
  readonly id: string;
  readonly query: ReturnType<typeof useRestrictedEntity>;
  readonly unblock: ReturnType<typeof useUnblock>;
}

export function UnblockConnector({ id, query, unblock }: UnblockOneProps) {
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const may = useMay('restricted-entities.write');
  const [order, setOrder] = useState(PLAIN_ORDER);
  const close = () => open(undefined);
  return (
    <Flyout
      title={strings.unblockEntity}
      onClose={close}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={!may || !query.isSuccess || unblock.isPending}
            onClick={() => unblock.mutate({ id, order })}
          >
            {strings.unblock}
          </Button>
          <Button onClick={close}>{parts.cancel}</Button>
        </>
      }
    >
      <OfEntity id={id} query={query}>
        {(entity) => (
          <>
            <WhyNot />
            <FlyoutSection title={strings.details}>
              <Summary entity={entity} />
            </FlyoutSection>
            <Recommendations recommendations={entity.recommendations} />
            {may && <OrderForm order={order} disabled={unblock.isPending} onChange={setOrder} />}
            {unblock.isError && <ProblemBar error={unblock.error} />}
          </>
        )}
      </OfEntity>
    </Flyout>
  );
}
