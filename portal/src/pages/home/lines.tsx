// A few things of one kind, two lines each: what it is and how it stands, and in small print what else is known of it.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  item: {
    padding: `${tokens.spacingVerticalXS} 0`,
    minWidth: 0,
    ':not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  },
  first: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: `0 ${tokens.spacingHorizontalS}`,
    overflowWrap: 'anywhere',
  },
  second: {
    color: tokens.colorNeutralForeground3,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    display: 'block',
  },
});

export interface LinesProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly first: (item: Item) => ReactNode;
  readonly second: (item: Item) => ReactNode;
}

export function Lines<Item>({ label, items, keyOf, first, second }: LinesProps<Item>) {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label={label}>
      {items.map((item) => (
        <li key={keyOf(item)} className={styles.item}>
          <div className={styles.first}>{first(item)}</div>
          <Text size={200} className={styles.second}>
            {second(item)}
          </Text>
        </li>
      ))}
    </ul>
  );
}
