// Relaying that no connector claims, and the one action that makes a connector of it.
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { PlugConnectedAddRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { type Format, useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { draftFrom } from './connector-draft.ts';
import { ConnectorForm } from './connector-form.tsx';
import { type Discovered, useDiscovered } from './connector-queries.ts';

const useStyles = makeStyles({ about: { color: tokens.colorNeutralForeground2, maxWidth: '85ch' } });

export function DiscoveredList() {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const query = useDiscovered();
  return (
    <>
      <Text className={styles.about}>{strings.discoveredAbout}</Text>
      <Answered query={query}>{(items) => <List items={items} />}</Answered>
    </>
  );
}

function List({ items }: { items: readonly Discovered[] }) {
  const { parts, connectors: strings } = useStrings();
  const format = useFormat();
  const navigate = useNavigate();
  const mayChange = useMay('connectors.write');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const [claimed, setClaimed] = useSearchParam('claim');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return items.filter((found) => Object.values(found).join(' ').toLowerCase().includes(wanted));
  }, [items, text]);
  const columns = useMemo(
    () => columnsOf(strings, format, mayChange ? (found) => setClaimed(keyOf(found)) : undefined),
    [strings, format, mayChange, setClaimed],
  );
  const chosen = items.find((found) => keyOf(found) === claimed);
  if (items.length === 0) {
    return (
      <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.noneDiscovered}>
        {strings.noneDiscoveredText}
      </Empty>
    );
  }
  return (
    <>
      <ListToolbar search={{ text, set: setText }} count={parts.itemsOf(shown.length, items.length)} />
      {shown.length === 0 ? (
        <Empty title={parts.nothingMatches} />
      ) : (
        <DataTable
          label={strings.discoveredList}
          columns={columns}
          rows={shown}
          keyOf={keyOf}
          sort={{ by: 'recipients', order: 'descending' }}
          openKey={claimed}
        />
      )}
      {chosen !== undefined && mayChange && (
        <ConnectorForm
          key={claimed}
          title={strings.addTitle}
          draft={draftFrom(chosen)}
          notice={strings.claimed}
          onClose={() => setClaimed('')}
          onSaved={({ id }) => void navigate(`/connectors/${id}`)}
        />
      )}
    </>
  );
}

/** As the guard tells them apart. */
function keyOf({ clientAddress, localSubmission, certificateFingerprint, saslUsername }: Discovered): string {
  return [clientAddress, localSubmission ? 'local' : '', certificateFingerprint, saslUsername].join(' ').trim();
}

/** Without `onClaim` the action is there and cannot be used. */
function columnsOf(
  strings: Strings['connectors'],
  format: Format,
  onClaim: ((found: Discovered) => void) | undefined,
): readonly Column<Discovered>[] {
  const addressOf = ({ localSubmission, clientAddress }: Discovered) =>
    localSubmission ? strings.localSubmission : clientAddress;
  return [
    { id: 'address', label: strings.clientAddress, cell: addressOf, value: addressOf },
    {
      id: 'host',
      label: strings.clientName,
      from: 'medium',
      cell: ({ clientName }) => clientName,
      value: ({ clientName }) => clientName || undefined,
    },
    {
      id: 'login',
      label: strings.login,
      from: 'medium',
      cell: ({ saslUsername }) => saslUsername,
      value: ({ saslUsername }) => saslUsername || undefined,
    },
    {
      id: 'certificate',
      label: strings.certificate,
      from: 'wide',
      cell: ({ certificateName, certificateFingerprint }) => certificateName || certificateFingerprint,
      value: ({ certificateName, certificateFingerprint }) => certificateName || certificateFingerprint || undefined,
    },
    {
      id: 'recipients',
      label: strings.recipients,
      width: '110px',
      from: 'medium',
      align: 'end',
      cell: ({ recipients }) => format.number(recipients),
      value: ({ recipients }) => recipients,
    },
    {
      id: 'first',
      label: strings.firstSeen,
      width: '185px',
      from: 'wide',
      cell: ({ firstSeen }) => <Time at={firstSeen} />,
      value: ({ firstSeen }) => firstSeen,
    },
    {
      id: 'last',
      label: strings.lastSeen,
      width: '185px',
      from: 'medium',
      cell: ({ lastSeen }) => <Time at={lastSeen} />,
      value: ({ lastSeen }) => lastSeen,
    },
    {
      id: 'action',
      label: strings.action,
      width: '210px',
      cell: (found) => (
        <Button
          size="small"
          icon={<PlugConnectedAddRegular />}
          disabled={onClaim === undefined}
          aria-label={strings.claimOf(addressOf(found))}
          onClick={() => onClaim?.(found)}
        >
          {strings.claim}
        </Button>
      ),
    },
  ];
}
