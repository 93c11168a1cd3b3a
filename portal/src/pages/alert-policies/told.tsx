// Who would be told now, in plain words, and a test whether it arrives.
import { Button, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { MailRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';
import { TENANT_ADMINS } from './recipient-box.tsx';

/** The guard takes no more for a test. */
const MOST_TESTED = 20;

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
  note: { color: tokens.colorNeutralForeground3 },
});

export function Told({ policy }: { policy: AlertPolicy }) {
  const styles = useStyles();
  const { parts, alertPolicies: strings } = useStrings();
  const { organizations } = useOrganization();
  const { organizationId, recipients, told } = policy;
  const mayTest = useMay('alert-policies.write');
  const webhooks = useQuery({
    queryKey: ['notifications', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/notifications', { params: { query: { organizationId } } })),
    // What is about the guard belongs to nobody where there are several.
    enabled: organizationId !== undefined || organizations.length === 1,
  });
  const hooks = webhooks.data?.webhooks ?? 0;
  const silence = silenceOf(policy, hooks);
  const test = useTest(policy);
  return (
    <FlyoutSection
      title={strings.whoIsTold}
      actions={
        mayTest && (
          <Button size="small" icon={<MailRegular />} disabled={test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? strings.testing : strings.sendTest}
          </Button>
        )
      }
    >
      {silence !== undefined ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{strings.told[silence]}</MessageBarBody>
        </MessageBar>
      ) : (
        <>
          <Text>{told.count === 0 ? strings.told.noMail : strings.told.mail(told.count)}</Text>
          {told.count > 0 && (
            <ul className={styles.list}>
              {told.addresses.map((address) => (
                <li key={address}>{address}</li>
              ))}
            </ul>
          )}
          {hooks > 0 && <Text>{strings.told.webhooks(hooks)}</Text>}
        </>
      )}
      {recipients.includes(TENANT_ADMINS) && (
        <Text size={200} className={styles.note}>
          {strings.told.tenantAdmins}
        </Text>
      )}
      {test.isError && <ProblemBar error={test.error} title={parts.notDone} />}
      {test.data !== undefined && <TestResults results={test.data.items} isCut={told.count > MOST_TESTED} />}
    </FlyoutSection>
  );
}

/** Why nobody would be told; undefined: somebody would. */
function silenceOf({ enabled, notify, dailyLimit, told }: AlertPolicy, webhooks: number) {
  if (!enabled) return 'off';
  if (!notify) return 'quiet';
  if (dailyLimit === 0) return 'noneADay';
  return told.count + webhooks === 0 ? 'nobody' : undefined;
}

function useTest({ organizationId, told }: AlertPolicy) {
  return useMutation({
    mutationFn: () => {
      const to = told.addresses.slice(0, MOST_TESTED);
      const body = { ...(to.length > 0 && { to }), ...(organizationId !== undefined && { organizationId }) };
      return answer(api.POST('/api/v1/notifications/test', { body }));
    },
  });
}

function TestResults({ results, isCut }: { results: readonly Schemas['TestResult'][]; isCut: boolean }) {
  const styles = useStyles();
  const { alertPolicies: strings } = useStrings();
  const isGood = results.every(({ result }) => result === 'taken');
  return (
    <MessageBar intent={isGood ? 'success' : 'error'} layout="multiline">
      <MessageBarBody>
        {strings.tested}: {isCut && strings.testFirst(MOST_TESTED)}
        <ul className={styles.list}>
          {results.map(({ channel, target, result, words }) => (
            <li key={`${channel} ${target}`}>
              {target}: {strings.testResults[result]} {words}
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
