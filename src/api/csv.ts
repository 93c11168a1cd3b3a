// Cells of CSV files (RFC 4180).

/** A cell that begins like a formula would be run by a spreadsheet, and strangers write these texts: an apostrophe makes it text. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
