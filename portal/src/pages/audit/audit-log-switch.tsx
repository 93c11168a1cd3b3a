// The audit log of an organization, on or off. Off is asked about once more: no alerts fire then.
import { makeStyles, Switch, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';

const STALE = ['organizations', 'session', 'audit-records', 'admin-audit-log-config', 'alerts', 'alert-policies'];

const useStyles = makeStyles({
  whole: { display: 'flex', flexDirection: 'column', maxWidth: '100%' },
  note: { color: tokens.colorNeutralForeground3 },
});

export function AuditLogSwitch() {
  const styles = useStyles();
  const { audit: strings, parts } = useStrings();
  const { organization } = useOrganization();
  const may = useMay('audit.configure');
  const queries = useQueryClient();
  const tell = useTell();
  const [isAsking, setAsking] = useState(false);
  const turn = async (unifiedAuditLogIngestionEnabled: boolean) => {
    const body = { organizationId: organization?.id, unifiedAuditLogIngestionEnabled };
    await answer(api.PUT('/api/v1/admin-audit-log-config', { body }));
    for (const key of STALE) void queries.invalidateQueries({ queryKey: [key] });
    tell(unifiedAuditLogIngestionEnabled ? strings.turnedOn : strings.turnedOff);
  };
  const turnOn = useMutation({ mutationFn: () => turn(true) });
  if (organization === undefined) {
    return may && <Text className={styles.note}>{strings.chooseOrganization}</Text>;
  }
  const isOn = organization.auditLog;
  return (
    <div className={styles.whole}>
      <Switch
        label={`${strings.log}: ${isOn ? parts.on : parts.off}`}
        checked={isOn}
        disabled={!may || turnOn.isPending}
        onChange={() => (isOn ? setAsking(true) : turnOn.mutate())}
      />
      {!may && (
        <Text size={200} className={styles.note}>
          {strings.logWho}
        </Text>
      )}
      {turnOn.isError && <ProblemBar error={turnOn.error} title={parts.notDone} />}
      {isAsking && (
        <Confirmation
          title={strings.turnOff}
          action={strings.turnOffAction}
          act={() => turn(false)}
          onClose={() => setAsking(false)}
        >
          {strings.turnOffText}
        </Confirmation>
      )}
    </div>
  );
}
