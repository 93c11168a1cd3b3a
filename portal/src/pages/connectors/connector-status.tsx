// How a connector stands, in a word and as its sum against the threshold.
import { Badge, type BadgeProps, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';

export const STATUSES = ['restricted', 'compromised', 'suspect', 'clear', 'disabled'] as const;
export type Status = (typeof STATUSES)[number];

/** The gravest of what is true of it. */
export function statusOf({ restricted, enabled, standing }: Connector): Status {
  if (restricted) return 'restricted';
  if (!enabled) return 'disabled';
  return standing?.level ?? 'clear';
}

const COLORS: Readonly<Record<Status, NonNullable<BadgeProps['color']>>> = {
  restricted: 'danger',
  compromised: 'danger',
  suspect: 'warning',
  clear: 'success',
  disabled: 'informative',
};

export function StatusBadge({ connector }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const status = statusOf(connector);
  return (
    <Badge appearance="tint" color={COLORS[status]}>
      {strings.statuses[status]}
    </Badge>
  );
}

const useStyles = makeStyles({
  standing: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  bar: { minWidth: '48px', maxWidth: '240px' },
  words: { whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
});

const BARS = { clear: 'brand', suspect: 'warning', compromised: 'error' } as const;

export function StandingBar({ standing }: Pick<Connector, 'standing'>) {
  const styles = useStyles();
  const format = useFormat();
  const { connectors: strings } = useStrings();
  if (standing === undefined) return <Text>{strings.nothingSeen}</Text>;
  const { level, sum, threshold } = standing;
  // Not `-0.0`: sums come near 0 from below, too.
  const shown = Math.round(sum * 10) / 10 || 0;
  const words = strings.sumOf(format.number(shown, 1), format.number(threshold));
  return (
    <span className={styles.standing}>
      <ProgressBar
        className={styles.bar}
        thickness="large"
        color={BARS[level]}
        value={Math.min(Math.max(sum / threshold, 0), 1)}
        aria-label={strings.sumAgainstThreshold}
        aria-valuetext={words}
      />
      <Text size={200} className={styles.words}>
        {words}
      </Text>
    </span>
  );
}
