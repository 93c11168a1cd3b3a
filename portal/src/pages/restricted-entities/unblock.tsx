// Which flyout unblocks: of one connector, of one user, or of several at once; and what stands there once it is done.
import { Button } from '@fluentui/react-components';
import { Flyout } from '../../parts/flyout.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { EffectOf } from './effect.tsx';
import { OfEntity } from './of-entity.tsx';
import { useOpened } from './opened.ts';
import { type RestrictedEntity, type UnblockedEntity, useRestrictedEntity, useUnblock } from './restricted-entity.ts';
import { UnblockConnector } from './unblock-connector.tsx';
import { UnblockSeveral } from './unblock-several.tsx';
import { UnblockUser } from './unblock-user.tsx';

export interface UnblockProps {
  readonly ids: readonly string[];
  /** What the list knows already. */
  readonly listed: readonly RestrictedEntity[];
}

export default function Unblock({ ids, listed }: UnblockProps) {
  if (ids.length > 1) return <UnblockSeveral ids={ids} listed={listed} />;
  return <UnblockOne id={ids[0]!} listed={listed} />;
}

function UnblockOne({ id, listed }: { id: string; listed: readonly RestrictedEntity[] }) {
  const { restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const unblock = useUnblock();
  // Once it is unblocked the guard has no more to say about it; what was known stays.
  const query = useRestrictedEntity(id, !unblock.isPending && !unblock.isSuccess);
  const kind = query.data?.kind ?? listed.find((entity) => entity.id === id)?.kind;
  if (unblock.isSuccess) return <Unblocked entity={unblock.data} />;
  if (kind === 'connector') return <UnblockConnector id={id} query={query} unblock={unblock} />;
  if (kind === 'user') return <UnblockUser id={id} query={query} unblock={unblock} />;
  return (
    <Flyout title={strings.unblock} onClose={() => open(undefined)}>
      <OfEntity id={id} query={query}>
        {() => null}
      </OfEntity>
    </Flyout>
  );
}

function Unblocked({ entity }: { entity: UnblockedEntity }) {
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const close = () => open(undefined);
  return (
    <Flyout
      title={entity.kind === 'user' ? strings.unblockUser : strings.unblockEntity}
      onClose={close}
      actions={
        <Button appearance="primary" onClick={close}>
          {parts.close}
        </Button>
      }
    >
      <EffectOf entity={entity} />
    </Flyout>
  );
}
