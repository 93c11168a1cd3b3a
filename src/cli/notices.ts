// What every page says until somebody mends it, the shell says, too: beside its lists, on standard error.
import type { ApiCommand } from './command-line.ts';
import { shown } from './terminal.ts';

/** One line each. Rejects as the API refuses. */
export async function tellNotices({ api, stderr }: Pick<ApiCommand, 'api' | 'stderr'>): Promise<void> {
  const { notices } = await api.get<{ readonly notices: readonly { readonly text: string }[] }>('/session');
  for (const { text } of notices) stderr.write(`${shown(text)}\n`);
}
