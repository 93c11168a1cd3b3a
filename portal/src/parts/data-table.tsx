// The one list of the portal: sorted by a click on a column's header, rows to tick, compact or normal, and quick with ten
// thousand rows, because only those that can be seen are drawn.
import { Checkbox, Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import { type MouseEvent, type ReactNode, type UIEvent, useMemo, useState } from 'react';
import { useMediaQuery, usePreferences } from '../context/preferences.tsx';
import { useStrings } from '../strings/strings.tsx';
import { useSearchParam } from './search-params.ts';
import { type Order, sortRows } from './sort-rows.ts';

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the column sorts by; absent: it does not. */
  readonly value?: (row: Row) => string | number | undefined;
  /** A width of CSS; absent: an equal share of what is left. */
  readonly width?: string;
  /** Only shown where the window is at least so wide; absent: always. */
  readonly from?: 'medium' | 'wide';
  readonly align?: 'end';
}

export interface Selection {
  readonly keys: ReadonlySet<string>;
  change(keys: ReadonlySet<string>): void;
}

export interface DataTableProps<Row> {
  /** What it lists; for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What a row is called, for the labels of its check box. */
  readonly nameOf?: (row: Row) => string;
  /** Column and direction at first, for example `since` and `descending`. */
  readonly sort?: { readonly by: string; readonly order: Order };
  readonly selection?: Selection;
  /** The first column becomes a link, and the whole row a place to click. */
  readonly onOpen?: (row: Row) => void;
  /** The row that is open in a flyout. */
  readonly openKey?: string | undefined;
}

const HEIGHTS = { normal: 44, compact: 32 } as const;
/** Below this all rows are drawn, and the page's own search finds them. */
const FEW = 40;
const AROUND = 4;

const useStyles = makeStyles({
  region: {
    overflow: 'auto',
    maxHeight: 'max(320px, calc(100vh - 300px))',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  table: { width: '100%', borderCollapse: 'separate', borderSpacing: 0, tableLayout: 'fixed' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground2,
    textAlign: 'start',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    padding: `0 ${tokens.spacingHorizontalS}`,
    height: '36px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    whiteSpace: 'nowrap',
  },
  sorter: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalXS} 0`,
    border: 'none',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    maxWidth: '100%',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  // A link on it must be readable in the dark, too: those that are neutral and brighter leave it too little contrast.
  row: { ':hover': { backgroundColor: tokens.colorNeutralBackground3 } },
  opens: { cursor: 'pointer' },
  chosen: {
    backgroundColor: tokens.colorBrandBackground2,
    ':hover': { backgroundColor: tokens.colorBrandBackground2 },
  },
  cell: {
    padding: `0 ${tokens.spacingHorizontalS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  tick: { width: '40px', padding: 0 },
  open: { overflow: 'hidden', textOverflow: 'ellipsis', maxWidth: '100%', textAlign: 'start' },
});

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, keyOf, selection } = props;
  const styles = useStyles();
  const columns = useVisible(props.columns);
  const sorting = useSorting(props.columns, props.sort);
  const sorted = useMemo(
    () => sortRows(rows, sorting.column?.value, sorting.order),
    [rows, sorting.column, sorting.order],
  );
  const height = HEIGHTS[usePreferences().preferences.spacing];
  const { first, end, onScroll } = useDrawn(sorted.length, height);
  const width = columns.length + (selection === undefined ? 0 : 1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    <section className={styles.region} tabIndex={0} aria-label={label} onScroll={onScroll}>
      <table className={styles.table} aria-rowcount={sorted.length + 1} aria-label={label}>
        <colgroup>
          {selection !== undefined && <col style={{ width: '40px' }} />}
          {columns.map(({ id, width: columnWidth }) => (
            <col key={id} style={columnWidth === undefined ? {} : { width: columnWidth }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {selection !== undefined && <TickAll selection={selection} rows={sorted} keyOf={keyOf} />}
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap height={first * height} width={width} />}
          {sorted.slice(first, end).map((row, index) => (
            <Line key={keyOf(row)} row={row} index={first + index} height={height} columns={columns} table={props} />
          ))}
          {end < sorted.length && <Gap height={(sorted.length - end) * height} width={width} />}
        </tbody>
      </table>
    </section>
  );
}

/** Which rows are drawn: those in sight, and some before and after. All are of one height. */
function useDrawn(count: number, height: number) {
  const [scrolled, setScrolled] = useState(0);
  if (count <= FEW) return { first: 0, end: count, onScroll: undefined };
  // The window may be made as tall as the screen.
  const inSight = Math.ceil(window.screen.height / height);
  const first = Math.max(0, Math.min(Math.floor(scrolled / height) - AROUND, count - inSight));
  // Drawn anew only when some have gone by.
  const step = AROUND * height;
  const onScroll = ({ currentTarget }: UIEvent<HTMLElement>) =>
    setScrolled(Math.floor(currentTarget.scrollTop / step) * step);
  return { first, end: Math.min(count, first + inSight + 3 * AROUND), onScroll };
}

/** Rows that are not drawn, as one. */
function Gap({ height, width }: { height: number; width: number }) {
  return (
    <tr>
      <td colSpan={width} style={{ height, padding: 0 }} />
    </tr>
  );
}

function useVisible<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const isMedium = useMediaQuery('(min-width: 700px)');
  const isWide = useMediaQuery('(min-width: 1200px)');
  return useMemo(
    () => columns.filter(({ from }) => from === undefined || (from === 'medium' ? isMedium : isWide)),
    [columns, isMedium, isWide],
  );
}

interface Sorting<Row> {
  readonly column: Column<Row> | undefined;
  readonly order: Order;
  by(id: string): void;
}

/** In the address as `sort=since` or `sort=-since`. */
function useSorting<Row>(columns: readonly Column<Row>[], first: DataTableProps<Row>['sort']): Sorting<Row> {
  const fallback = first === undefined ? '' : `${first.order === 'descending' ? '-' : ''}${first.by}`;
  const [sort, setSort] = useSearchParam('sort', fallback);
  const id = sort.replace(/^-/, '');
  const order: Order = sort.startsWith('-') ? 'descending' : 'ascending';
  return {
    column: columns.find((column) => column.id === id && column.value !== undefined),
    order,
    by: (wanted) => setSort(wanted === id && order === 'ascending' ? `-${wanted}` : wanted),
  };
}

function Head<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting<Row> }) {
  const styles = useStyles();
  const isSorted = sorting.column?.id === column.id;
  return (
    <th
      scope="col"
      className={mergeClasses(styles.head, column.align && styles.end)}
      aria-sort={isSorted ? sorting.order : undefined}
    >
      {column.value === undefined ? (
        column.label
      ) : (
        <button type="button" className={styles.sorter} onClick={() => sorting.by(column.id)}>
          {column.label}
          {isSorted && (sorting.order === 'ascending' ? <ArrowUpRegular /> : <ArrowDownRegular />)}
        </button>
      )}
    </th>
  );
}

function TickAll<Row>({
  selection,
  rows,
  keyOf,
}: {
  selection: Selection;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  const styles = useStyles();
  const { parts } = useStrings();
  const ticked = rows.reduce((sum, row) => sum + (selection.keys.has(keyOf(row)) ? 1 : 0), 0);
  const all = rows.length > 0 && ticked === rows.length;
  return (
    <th scope="col" className={mergeClasses(styles.head, styles.tick)}>
      <Checkbox
        aria-label={parts.tickAll}
        checked={all ? true : ticked > 0 ? 'mixed' : false}
        onChange={() => selection.change(all ? new Set() : new Set(rows.map(keyOf)))}
      />
    </th>
  );
}

interface LineProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly height: number;
  readonly columns: readonly Column<Row>[];
  readonly table: DataTableProps<Row>;
}

function Line<Row>({ row, index, height, columns, table }: LineProps<Row>) {
  const styles = useStyles();
  const { parts } = useStrings();
  const { keyOf, nameOf, selection, onOpen, openKey } = table;
  const key = keyOf(row);
  const isTicked = selection?.keys.has(key) === true;
  const open = (event: MouseEvent) => {
    // Links and boxes in the row have their own purpose, and who marks text wants to copy it.
    if ((event.target as Element).closest('a,button,input,label') !== null) return;
    if (window.getSelection()?.toString() === '') onOpen?.(row);
  };
  const tick = () => {
    const keys = new Set(selection!.keys);
    if (!keys.delete(key)) keys.add(key);
    selection!.change(keys);
  };
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={selection === undefined ? undefined : isTicked}
      className={mergeClasses(styles.row, onOpen && styles.opens, (isTicked || key === openKey) && styles.chosen)}
      style={{ height }}
      onClick={onOpen && open}
    >
      {selection !== undefined && (
        <td className={mergeClasses(styles.cell, styles.tick)}>
          <Checkbox aria-label={parts.tick(nameOf?.(row) ?? key)} checked={isTicked} onChange={tick} />
        </td>
      )}
      {columns.map((column, place) => (
        <td key={column.id} className={mergeClasses(styles.cell, column.align && styles.end)}>
          {place === 0 && onOpen !== undefined ? (
            <Link as="button" className={styles.open} onClick={() => onOpen(row)}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}
