// What became of a message at the guard's door, and of it at each recipient: in words and a colour.
import { Badge, type BadgeProps, makeStyles, tokens } from '@fluentui/react-components';
import {
  ArrowRepeatAllRegular,
  ArrowUndoRegular,
  CheckmarkCircleRegular,
  ClockRegular,
  DismissCircleRegular,
  LinkDismissRegular,
  MailRegular,
  QuestionCircleRegular,
  ShieldErrorRegular,
} from '@fluentui/react-icons';
import { useStrings } from '../../strings/strings.tsx';
import type { FateStatus, Outcome } from './message-filter.ts';

type Color = 'success' | 'danger' | 'warning' | 'informative';

const OUTCOME_LOOKS: Readonly<Record<Outcome, readonly [Color, React.ReactElement]>> = {
  accepted: ['success', <CheckmarkCircleRegular key="accepted" />],
  tipped: ['danger', <ShieldErrorRegular key="tipped" />],
  restricted: ['danger', <DismissCircleRegular key="restricted" />],
  denied: ['danger', <DismissCircleRegular key="denied" />],
  held: ['warning', <ClockRegular key="held" />],
  deferred: ['warning', <ClockRegular key="deferred" />],
  rejected: ['warning', <DismissCircleRegular key="rejected" />],
  aborted: ['informative', <LinkDismissRegular key="aborted" />],
  repeated: ['informative', <ArrowRepeatAllRegular key="repeated" />],
};

const FATE_LOOKS: Readonly<Record<FateStatus, readonly [Color, React.ReactElement]>> = {
  delivered: ['success', <CheckmarkCircleRegular key="delivered" />],
  queued: ['warning', <MailRegular key="queued" />],
  deferred: ['warning', <ClockRegular key="deferred" />],
  bounced: ['danger', <ArrowUndoRegular key="bounced" />],
  refused: ['danger', <DismissCircleRegular key="refused" />],
  unknown: ['informative', <QuestionCircleRegular key="unknown" />],
};

const useStyles = makeStyles({
  status: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    maxWidth: '100%',
    verticalAlign: 'middle',
  },
  icon: { display: 'inline-flex', flexShrink: 0, fontSize: '16px' },
  text: { overflow: 'hidden', textOverflow: 'ellipsis' },
  success: { color: tokens.colorStatusSuccessForeground1 },
  danger: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  informative: { color: tokens.colorNeutralForeground3 },
});

/** In a list. `isShort`: the icon alone, where there is no room; its words are then its name. */
export function OutcomeStatus({ outcome, isShort = false }: { outcome: Outcome; isShort?: boolean }) {
  const styles = useStyles();
  const { outcomes } = useStrings().messageTrace;
  const [color, icon] = OUTCOME_LOOKS[outcome];
  const words = outcomes[outcome];
  return (
    <span className={styles.status} title={words}>
      <span
        className={`${styles.icon} ${styles[color]}`}
        {...(isShort ? { role: 'img', 'aria-label': words } : { 'aria-hidden': true })}
      >
        {icon}
      </span>
      {!isShort && <span className={styles.text}>{words}</span>}
    </span>
  );
}

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const { outcomes } = useStrings().messageTrace;
  const [color, icon] = OUTCOME_LOOKS[outcome];
  return <StatusBadge color={color} icon={icon} text={outcomes[outcome]} />;
}

export function FateBadge({ status }: { status: FateStatus }) {
  const { fates } = useStrings().messageTrace;
  const [color, icon] = FATE_LOOKS[status];
  return <StatusBadge color={color} icon={icon} text={fates[status]} />;
}

function StatusBadge({ color, icon, text }: { color: BadgeProps['color']; icon: React.ReactElement; text: string }) {
  return (
    <Badge appearance="tint" color={color} icon={icon}>
      {text}
    </Badge>
  );
}
