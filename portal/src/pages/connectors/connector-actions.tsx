// What can be done with a connector. Who may not sees it, and the page says why.
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import {
  DeleteRegular,
  EditRegular,
  LockClosedRegular,
  LockOpenRegular,
  PowerRegular,
  ShieldRegular,
} from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { answer, api } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { draftOf } from './connector-draft.ts';
import { ConnectorForm } from './connector-form.tsx';
import type { Connector } from './connector-queries.ts';
import { ModeForm } from './mode-form.tsx';
import { RestrictForm } from './restrict-form.tsx';

const useStyles = makeStyles({ actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS } });

export function ConnectorActions({ connector }: { connector: Connector }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const navigate = useNavigate();
  const mayChange = useMay('connectors.write');
  const mayRestrict = useMay('restricted-entities.write');
  const [, setOpen] = useSearchParam('open');
  const turnOn = useMutation({ mutationFn: useSwitch(connector, true) });
  const { id, enabled, restricted } = connector;
  return (
    <div className={styles.actions}>
      <Button icon={<EditRegular />} disabled={!mayChange} onClick={() => setOpen('edit')}>
        {strings.edit}
      </Button>
      <Button icon={<ShieldRegular />} disabled={!mayChange} onClick={() => setOpen('mode')}>
        {strings.changeMode}
      </Button>
      <Button
        icon={<PowerRegular />}
        disabled={!mayChange}
        onClick={() => (enabled ? setOpen('turn-off') : turnOn.mutate())}
      >
        {enabled ? strings.turnOff : strings.turnOn}
      </Button>
      {restricted ? (
        <Button icon={<LockOpenRegular />} onClick={() => void navigate(`/restrictedentities?entity=${id}`)}>
          {strings.unblock}
        </Button>
      ) : (
        <Button icon={<LockClosedRegular />} disabled={!mayRestrict} onClick={() => setOpen('restrict')}>
          {strings.restrict}
        </Button>
      )}
      <Button icon={<DeleteRegular />} disabled={!mayChange} onClick={() => setOpen('delete')}>
        {strings.delete}
      </Button>
      <Opened connector={connector} />
    </div>
  );
}

/** The form or the question that is open: in the address as `open`. */
function Opened({ connector }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const mayRestrict = useMay('restricted-entities.write');
  const [open, setOpen] = useSearchParam('open');
  const close = () => setOpen('');
  const turnOff = useSwitch(connector, false);
  const { remove, leave } = useRemoval(connector);
  const { name } = connector;
  if (open === 'restrict' && mayRestrict) return <RestrictForm connector={connector} onClose={close} />;
  if (!mayChange) return null;
  switch (open) {
    case 'edit':
      return (
        <ConnectorForm
          title={strings.editTitle(name)}
          draft={draftOf(connector)}
          connector={connector}
          onClose={close}
          onSaved={close}
        />
      );
    case 'mode':
      return <ModeForm connector={connector} onClose={close} />;
    case 'turn-off':
      return (
        <Confirmation title={strings.turnOffTitle(name)} action={strings.turnOff} act={turnOff} onClose={close}>
          <span>{strings.becomesUnclaimed}</span>
          <span>{strings.turnOffKeeps}</span>
        </Confirmation>
      );
    case 'delete':
      return (
        <Confirmation
          title={strings.deleteTitle(name)}
          action={strings.delete}
          act={remove}
          onClose={close}
          onDone={leave}
        >
          <span>{strings.becomesUnclaimed}</span>
          <span>{strings.deleteFrees}</span>
        </Confirmation>
      );
    default:
      return null;
  }
}

function useSwitch({ id, name }: Connector, enabled: boolean): () => Promise<void> {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  return async () => {
    await answer(api.PATCH('/api/v1/connectors/{id}', { params: { path: { id } }, body: { enabled } }));
    afterChange(enabled ? strings.turnedOn(name) : strings.turnedOff(name));
  };
}

/** `leave` leads to the list: there is no page of it any more. */
function useRemoval({ id, name }: Connector): { remove: () => Promise<void>; leave: () => void } {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const navigate = useNavigate();
  return {
    remove: () => answer(api.DELETE('/api/v1/connectors/{id}', { params: { path: { id } } })),
    leave: () => {
      void navigate('/connectors', { replace: true });
      afterChange(strings.deleted(name));
    },
  };
}
