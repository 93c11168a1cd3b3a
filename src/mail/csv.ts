// Cells of CSV files (RFC 4180).

/**
 * A cell that begins like a formula would be run by a spreadsheet, and strangers write these texts: an apostrophe makes it text. One whose
 * separator is ';' or a tab, as in much of Europe, begins a cell behind each of these, and a row behind a line break.
 */
export function csvCell(text: string): string {
  const safe = text.replace(/(?=[=+\-@\t\r])(?<=^|[;\t\r\n][" ]*)/g, "'");
  return /[";,\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** JSON in a cell: the same value, without a ';' that would end the cell in a spreadsheet. */
export function csvJson(value: unknown): string {
  return csvCell(JSON.stringify(value).replaceAll(';', String.raw`\u003b`));
}
