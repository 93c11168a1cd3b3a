// Some numbers that tell how it stands, side by side.
import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

export interface Figure {
  readonly label: string;
  readonly value: ReactNode;
  /** What it means, in small print. */
  readonly note?: ReactNode;
  readonly alarming?: boolean;
}

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 132px), 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    margin: 0,
  },
  // The number stands first to the eye, its name first to a screen reader.
  figure: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  name: { order: 1, color: tokens.colorNeutralForeground2 },
  value: {
    order: 0,
    margin: 0,
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
  note: { order: 2, margin: 0, color: tokens.colorNeutralForeground3 },
  alarming: { color: tokens.colorStatusDangerForeground1 },
});

export function Figures({ figures }: { figures: readonly Figure[] }) {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {figures.map(({ label, value, note, alarming }) => (
        <div key={label} className={styles.figure}>
          <dt className={styles.name}>{label}</dt>
          <dd className={mergeClasses(styles.value, alarming && styles.alarming)}>{value}</dd>
          {note !== undefined && (
            <dd className={styles.note}>
              <Text size={200}>{note}</Text>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
