// Which view of the objects it is to be.
import type { Cmdlet } from '../../../cmdlets/cmdlet.ts';
import type { Output } from '../../terminal.ts';
import type { Format } from '../formal.ts';
import { csvView } from './csv.ts';
import { jsonView } from './json.ts';
import { listView } from './list.ts';
import { tableView } from './table.ts';
import type { View } from './view.ts';

/** As PowerShell: more than these are shown as a list. */
const MOST_COLUMNS = 4;

/** `format` undefined: a table of up to four properties, else a list. */
export function viewOf(
  { output }: Cmdlet,
  format: Format | undefined,
  { isTTY, columns }: Output,
  warn: (text: string) => void,
): View {
  const width = isTTY === true && (columns ?? 0) > 0 ? columns : undefined;
  switch (format ?? (output.length > MOST_COLUMNS ? 'List' : 'Table')) {
    case 'List':
      return listView(width);
    case 'Table':
      return tableView(width, warn);
    case 'Json':
      return jsonView();
    case 'Csv':
      return csvView(output.map(({ name }) => name));
  }
}
