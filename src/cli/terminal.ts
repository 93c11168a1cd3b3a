// What the commands print: aligned tables and sheets for people, JSON for machines. Nothing that came with mail may steer the
// terminal.
import { printable } from '../mail/address.ts';

/** Where a command writes; `process.stdout` and `process.stderr` are such. */
export interface Output {
  write(text: string): unknown;
  /** Of streams, whose `write` is false where it should be waited. */
  once?(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean | undefined;
  /** How wide the terminal is. */
  readonly columns?: number | undefined;
}

/** Resolves when the stream takes more: where its reader is slow, whoever writes waits. */
export async function written(output: Output, text: string): Promise<void> {
  const isTaken = output.write(text);
  if (isTaken === false) await new Promise<void>((resolve) => output.once?.('drain', resolve));
}

/** Unicode's invisible direction marks: text after them can be shown in another order than it has. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with control characters and direction marks written out. */
export function shown(text: string): string {
  return printable(text).replace(DIRECTION_MARKS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** With those that PowerShell takes for one, too. */
const SINGLE_QUOTES = /['\u2018\u2019\u201a\u201b]+/g;

/** The text as one word of a POSIX shell's command line. Nothing of it is run in PowerShell either, where a backslash keeps no quote. */
export function quoted(text: string): string {
  const word = shown(text);
  return /^[\w@.:/+-]+$/.test(word) ? word : `'${word.replace(SINGLE_QUOTES, `'"$&"'`)}'`;
}

export type Column<Row> = readonly [title: string, cell: (row: Row) => string];

/** A table with aligned columns, or the sentence that says that there is nothing. Ends with a line end. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], nothing: string): string {
  if (rows.length === 0) return `${nothing}\n`;
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => shown(cell(row))))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One thing, a line for each of its properties; empty ones are left out. */
export function sheet(properties: readonly (readonly [name: string, value: string | undefined])[]): string {
  const present = properties.filter((property): property is [string, string] => (property[1] ?? '') !== '');
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}\n`).join('');
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The first so many characters; an ellipsis tells that there were more. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A bar on a terminal, rewritten in place; elsewhere nothing. */
export function progressBar(output: Output, title: string): { show(done: number, total: number): void; end(): void } {
  let last = '';
  const width = 40;
  return {
    show(done, total) {
      if (output.isTTY !== true || total <= 0) return;
      const part = Math.min(1, done / total);
      const full = Math.floor(part * width);
      const bar = `${title} [${'#'.repeat(full)}${' '.repeat(width - full)}] ${String(Math.floor(part * 100)).padStart(3)} %`;
      if (bar !== last) output.write(`\r${bar}`);
      last = bar;
    },
    end() {
      if (last !== '') output.write('\n');
      last = '';
    },
  };
}
