// Charts over time. What draws them is loaded when the first one is shown; the same numbers stand below as a table, for those who
// cannot see it and those who want to copy it.
import { Button, makeStyles, Skeleton, SkeletonItem, Text, tokens } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useFormat } from '../../context/format.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { timesOf } from './axis.ts';

const Lines = lazy(() => import('./lines.tsx'));
const Stacks = lazy(() => import('./stacks.tsx'));

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

export interface Series {
  readonly label: string;
  /** Of CSS; absent: the next one of the palette. */
  readonly color?: string;
  /** For what is no measurement: a threshold, a normal. */
  readonly dashed?: boolean;
  readonly points: readonly Point[];
}

export interface ChartProps {
  readonly title: string;
  readonly series: readonly Series[];
  /** Pixels; the width is the page's. */
  readonly height?: number;
  /** Digits after the point, in the table and when a point is looked at. */
  readonly digits?: number;
  /** Of a stacked chart: a click on what stands at a time. Offer the same to the keyboard beside the chart. */
  readonly onPick?: (at: number) => void;
}

const useStyles = makeStyles({
  figure: { margin: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  caption: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between' },
  drawing: {
    width: '100%',
    minWidth: 0,
    overflow: 'hidden',
    // The chart writes each word of a legend with a capital.
    '& .fui-legend__text': { textTransform: 'none' },
  },
  scroll: { overflow: 'auto', maxHeight: '320px' },
  table: { borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums', fontSize: tokens.fontSizeBase200 },
  cell: {
    padding: `2px ${tokens.spacingHorizontalS}`,
    textAlign: 'end',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  at: { textAlign: 'start', whiteSpace: 'nowrap', fontWeight: tokens.fontWeightRegular },
});

/** Each series a line. */
export function LineChart(props: ChartProps) {
  return (
    <Figure {...props}>
      <Lines {...props} />
    </Figure>
  );
}

/**
 * The series on top of one another, at each time that has a point; those that are `dashed` are lines over it. Values may be negative. The bars stand at equal
 * distances, whatever time lies between them: an attack of seconds beside the quiet days before it.
 */
export function StackedChart(props: ChartProps) {
  return (
    <Figure {...props}>
      <Stacks {...props} />
    </Figure>
  );
}

function Figure({ title, series, height = 260, digits = 0, children }: ChartProps & { children: React.ReactNode }) {
  const styles = useStyles();
  const { parts } = useStrings();
  const [isTable, setTable] = useState(false);
  return (
    <figure className={styles.figure} aria-label={title}>
      <figcaption className={styles.caption}>
        <Text weight="semibold">{title}</Text>
        <Button size="small" appearance="transparent" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? parts.showChart : parts.showTable}
        </Button>
      </figcaption>
      {isTable ? (
        <NumberTable series={series} digits={digits} title={title} />
      ) : (
        <div className={styles.drawing} style={{ height }}>
          <Suspense fallback={<Drawing height={height} />}>{children}</Suspense>
        </div>
      )}
    </figure>
  );
}

function Drawing({ height }: { height: number }) {
  const { parts } = useStrings();
  return (
    <Skeleton aria-label={parts.loading}>
      <SkeletonItem style={{ height }} />
    </Skeleton>
  );
}

function NumberTable({ series, digits, title }: { series: readonly Series[]; digits: number; title: string }) {
  const styles = useStyles();
  const format = useFormat();
  const { parts } = useStrings();
  const times = timesOf(series);
  const values = series.map(({ points }) => new Map(points.map(({ at, value }) => [at, value])));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    <section className={styles.scroll} aria-label={title} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th className={styles.at}>{parts.time}</th>
            {series.map(({ label }) => (
              <th key={label} className={styles.cell}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((at) => (
            <tr key={at}>
              <th scope="row" className={styles.at}>
                {format.dateTime(at)}
              </th>
              {values.map((of, index) => (
                <td key={series[index]!.label} className={styles.cell}>
                  {of.has(at) ? format.number(of.get(at)!, digits) : ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
