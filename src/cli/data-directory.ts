// For the commands that work on a data directory and not over the API.
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { CommandLine } from './command-line.ts';
import { progressBar } from './terminal.ts';

export interface DataOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json: boolean;
}

export function withDataOptions(command: Command): Command {
  return command
    .option('--data <DIR>', 'data directory (CORDON_DATA; else dataDirectory of the configuration)')
    .option('--config <FILE>', 'configuration (CORDON_CONFIG; else cordon.yaml, if there is one)')
    .option('--json', 'print JSON', false);
}

/** Where it is by option, environment or configuration. */
export async function dataDirectoryOf({ config, data }: DataOptions, { env }: CommandLine): Promise<string> {
  const dataDirectory = data ?? env.CORDON_DATA;
  const file = config ?? env.CORDON_CONFIG;
  return dataDirectory ?? (await loadConfig({ file, environment: env })).dataDirectory;
}

/** Shows how far `act` has come. */
export async function withBar<Value>(
  title: string,
  { stderr }: CommandLine,
  act: (onProgress: (done: number, total: number) => void) => Promise<Value>,
): Promise<Value> {
  const bar = progressBar(stderr, title);
  try {
    return await act(bar.show);
  } finally {
    bar.end();
  }
}
