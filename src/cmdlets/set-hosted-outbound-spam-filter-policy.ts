import { setSendingLimits } from '../operations/sending-limits.ts';
import { cmdlet } from './cmdlet.ts';
import { hasLimit, refuseOtherPolicy, THRESHOLD_ACTIONS, withChanges } from './outbound-spam-policy.ts';
import { boolean, int, oneOf, text, texts } from './parameter.ts';

const RANGE = { min: 0, max: 10_000 } as const;
const ALERTS_TELL =
  "who is told is in the alert policies 'User restricted from sending email' and 'Email sending limit exceeded' (Set-ProtectionAlert).";
const NO_COPIES = 'Cordon copies no mail; what a restricted entity sent is in Get-MessageTraceV2.';

export const setHostedOutboundSpamFilterPolicy = cmdlet({
  name: 'Set-HostedOutboundSpamFilterPolicy',
  synopsis: 'Change how much users may send, and what happens beyond it.',
  description:
    'What is not given stays as it is, also what only Cordon limits: messages, connectors and single logins (`cordon limits set`). A limit whose action is one that this policy does not know (defer, refuse) keeps it until -ActionWhenThresholdReached is given, which is then the action of all three.',
  parameters: {
    Identity: text({
      required: true,
      position: 0,
      pipeline: 'ByPropertyName',
      help: 'Default: there is no other policy.',
    }),
    ActionWhenThresholdReached: oneOf(THRESHOLD_ACTIONS, {
      help: 'What happens to a user who reaches a limit: only an alert; restricted until the following day (UTC); restricted until an admin unblocks him.',
    }),
    AdminDisplayName: text({ help: 'A description.', ignored: 'the policy has no description.' }),
    AutoForwardingMode: oneOf(['Automatic', 'On', 'Off'], {
      help: 'Whether users may forward mail outside by themselves.',
      ignored: 'the mail server forwards, and Cordon treats forwarded mail as any other.',
    }),
    BccSuspiciousOutboundAdditionalRecipients: texts({ help: 'Who gets copies.', ignored: NO_COPIES }),
    BccSuspiciousOutboundMail: boolean({ help: 'Whether suspicious mail is copied to somebody.', ignored: NO_COPIES }),
    NotifyOutboundSpam: boolean({ help: 'Whether somebody is told of restricted users.', ignored: ALERTS_TELL }),
    NotifyOutboundSpamRecipients: texts({ help: 'Who is told of restricted users.', ignored: ALERTS_TELL }),
    RecipientLimitExternalPerHour: int(
      { help: 'Recipients outside the accepted domains in 60 minutes, 0 to 10000; 0: not limited.' },
      RANGE,
    ),
    RecipientLimitInternalPerHour: int(
      { help: 'Recipients in the accepted domains in 60 minutes, 0 to 10000; 0: not limited.' },
      RANGE,
    ),
    RecipientLimitPerDay: int(
      { help: 'All recipients in a day (UTC), 0 to 10000; 0: the service default, 10 000.' },
      RANGE,
    ),
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: {
    impact: 'Medium',
    asks: ({ Identity }, { organizationId }) => {
      refuseOtherPolicy(Identity, organizationId);
      return `Setting hosted outbound spam filter policy "${Identity}".`;
    },
  },
  output: [],
  examples: [
    {
      command:
        'Set-HostedOutboundSpamFilterPolicy -Identity Default -RecipientLimitExternalPerHour 500 -RecipientLimitPerDay 1000 -ActionWhenThresholdReached BlockUser',
      says: 'A user who sends to more than 500 external recipients in an hour, or to 1000 in a day, is restricted until an admin unblocks him.',
    },
  ],
  run: async (given, { ports, requester, organizationId, warn }) => {
    refuseOtherPolicy(given.Identity, organizationId);
    const changed = await setSendingLimits(ports, requester, organizationId, (p) => withChanges(p, given), given);
    if (given.ActionWhenThresholdReached !== undefined && !hasLimit(changed)) {
      warn('-ActionWhenThresholdReached has no effect: no user is limited. Give a limit with it.');
    }
    return [];
  },
  targetOf: ({ Identity }) => Identity,
});
