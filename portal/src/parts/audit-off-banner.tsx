// Wherever alerts are shown while the audit log is off: nothing is raised, so an empty list would be a lie.
import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client.ts';
import { type Organization, useOrganization } from '../context/organization.tsx';
import { useMay } from '../context/session.tsx';
import { useStrings } from '../strings/strings.tsx';
import { ProblemBar } from './answered.tsx';
import { useTell } from './tell.tsx';

/** What an answer about the log makes stale. */
const STALE = ['session', 'alerts', 'alert-policies', 'admin-audit-log-config', 'organizations'] as const;

/** `auditLog`: as the answer about alerts or policies has it; nothing is shown while it is on. */
export function AuditOffBanner({ auditLog }: { auditLog: boolean | undefined }) {
  const { organization, organizations } = useOrganization();
  if (auditLog !== false) return null;
  return <Banner off={organization === undefined ? organizations.filter((each) => !each.auditLog) : [organization]} />;
}

function Banner({ off }: { off: readonly Organization[] }) {
  const { parts, alerts } = useStrings();
  const strings = alerts.auditOff;
  const mayStart = useMay('audit.configure');
  const queries = useQueryClient();
  const tell = useTell();
  const start = useMutation({
    mutationFn: (organizationId: string) =>
      answer(
        api.PUT('/api/v1/admin-audit-log-config', { body: { organizationId, unifiedAuditLogIngestionEnabled: true } }),
      ),
    onSuccess: async () => {
      tell(strings.started);
      await Promise.all(STALE.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  const isOne = off.length === 1;
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{strings.title}</MessageBarTitle>
          {strings.text} {!isOne && off.length > 0 && strings.of(off.map(({ name }) => name).join(', '))}{' '}
          {!mayStart && strings.whoMay}
        </MessageBarBody>
        {mayStart && (
          <MessageBarActions>
            {off.map(({ id, name }) => (
              <Button key={id} disabled={start.isPending} onClick={() => start.mutate(id)}>
                {isOne ? strings.start : strings.startOf(name)}
              </Button>
            ))}
          </MessageBarActions>
        )}
      </MessageBar>
      {start.isError && <ProblemBar error={start.error} title={parts.notDone} />}
    </>
  );
}
