// Sending limits to look at: what is counted, how many pass, and what happens beyond it.
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useFormat } from '../../context/format.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type Limit, MEASURES, type Measure, type SendingLimits } from './limits-editor.tsx';

/** Pixels, at least: narrower than that it scrolls. */
const COLUMN_WIDTH = 120;

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
  head: {
    textAlign: 'start',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  cell: {
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  unlimited: { color: tokens.colorNeutralForeground3 },
});

export interface LimitColumn {
  readonly label: string;
  /** Only for measures that are limited. */
  cell(measure: Measure, limit: Limit): ReactNode;
}

const NO_COLUMNS: readonly LimitColumn[] = [];

export interface LimitsTableProps {
  readonly label: string;
  readonly limits: SendingLimits;
  readonly columns?: readonly LimitColumn[];
}

export function LimitsTable({ label, limits, columns = NO_COLUMNS }: LimitsTableProps) {
  const styles = useStyles();
  const format = useFormat();
  const { connectors: strings } = useStrings();
  const heads = [strings.measure, strings.most, strings.beyond, ...columns.map((column) => column.label)];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    <div className={styles.scroll} tabIndex={0}>
      <table className={styles.table} style={{ minWidth: heads.length * COLUMN_WIDTH }} aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={styles.head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MEASURES.map((measure) => {
            const limit = limits[measure];
            return (
              <tr key={measure}>
                <th scope="row" className={styles.cell}>
                  {strings.measures[measure]}
                </th>
                {limit === undefined ? (
                  <td className={styles.cell} colSpan={2 + columns.length}>
                    <span className={styles.unlimited}>{strings.notLimited}</span>
                  </td>
                ) : (
                  <>
                    <td className={styles.cell}>{format.number(limit.most)}</td>
                    <td className={styles.cell}>{strings.limitActions[limit.action]}</td>
                    {columns.map((column) => (
                      <td key={column.label} className={styles.cell}>
                        {column.cell(measure, limit)}
                      </td>
                    ))}
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
