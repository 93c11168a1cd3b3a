// The messages of whole log files, read in slices.
import { History, type HistoryItem, type HistoryOptions } from './history.ts';
import { readLogLine } from './log-line.ts';
import { yearlessTimes } from './log-time.ts';

export interface ReadHistoryOptions extends HistoryOptions {
  /** Milliseconds since 1970: times without a year are the latest before it. */
  readonly now: number;
}

/** The items of each slice of lines. `lines`: slices of the files, one file after the other, oldest first. */
export async function* readHistory(
  lines: AsyncIterable<readonly { readonly text: string }[]>,
  options: ReadHistoryOptions,
): AsyncGenerator<readonly HistoryItem[]> {
  const history = new History(options);
  const yearless = yearlessTimes(() => options.now);
  for await (const slice of lines) {
    const items: HistoryItem[] = [];
    for (const { text } of slice) {
      const event = readLogLine(text, yearless);
      if (event !== undefined) for (const item of history.take(event)) items.push(item);
    }
    yield items;
  }
  yield history.end();
}
