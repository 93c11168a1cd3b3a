// A few rows in the order in which they come: nothing to sort, tick or open. Longer lists are a DataTable.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

export interface ShortColumn<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'end';
  /** On one line; else it is broken between words. */
  readonly whole?: boolean;
}

export interface ShortTableProps<Row> {
  /** What it lists; for screen readers. */
  readonly label: string;
  readonly columns: readonly ShortColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

const useStyles = makeStyles({
  scroll: { overflowX: 'auto', borderRadius: tokens.borderRadiusSmall },
  table: { width: '100%', borderCollapse: 'collapse' },
  head: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    textAlign: 'start',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
    verticalAlign: 'bottom',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  cell: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    textAlign: 'start',
    verticalAlign: 'top',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
  whole: { whiteSpace: 'nowrap', overflowWrap: 'normal' },
  // On a telephone the table is scrolled rather than its words cut to letters.
  text: { '@media (max-width: 480px)': { minWidth: '8rem' } },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
});

export function ShortTable<Row>({ label, columns, rows, keyOf }: ShortTableProps<Row>) {
  const styles = useStyles();
  const classOf = ({ align, whole }: ShortColumn<Row>, own: string) =>
    mergeClasses(own, align === 'end' ? styles.end : !whole && styles.text, whole && styles.whole);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    <div className={styles.scroll} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={classOf(column, styles.head)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.label} className={classOf(column, styles.cell)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
