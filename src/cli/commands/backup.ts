// cordon backup | restore: a data directory saved while the guard serves, and made anew.
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { BackupContents, CommandLine } from '../command-line.ts';
import { json, progressBar, shown } from '../terminal.ts';
import { localTime } from '../times.ts';

interface Options {
  readonly config?: string;
  readonly data?: string;
  readonly json: boolean;
}

export function addBackupCommands(program: Command, line: CommandLine): void {
  withDataOptions(
    program
      .command('backup')
      .description('Save the data directory into a new folder, also while the guard serves.')
      .argument('[FOLDER]', 'else cordon-backup-TIME in the working directory'),
  ).action(async (folder: string | undefined, options: Options) => {
    const target = folder ?? `cordon-backup-${new Date(line.now()).toISOString().replace(/[-:]|\.\d+/g, '')}`;
    const dataDirectory = await dataDirectoryOf(options, line);
    const { now } = line;
    const contents = await withBar('backup', line, (onProgress) =>
      line.backup({ dataDirectory, target, now, onProgress }),
    );
    line.stdout.write(options.json ? json({ folder: target, ...contents }) : `${shown(target)}: ${told(contents)}.\n`);
  });

  withDataOptions(
    program
      .command('restore')
      .description('Make a data directory of a backup. The directory must be new or empty.')
      .argument('<FOLDER>', 'what `cordon backup` made'),
  ).action(async (backup: string, options: Options) => {
    const dataDirectory = await dataDirectoryOf(options, line);
    const contents = await withBar('restore', line, (onProgress) =>
      line.restore({ backup, dataDirectory, onProgress }),
    );
    const words = `${shown(dataDirectory)} is as it was on ${localTime(new Date(contents.at).toISOString())}: ${told(contents)}.\n`;
    line.stdout.write(options.json ? json({ dataDirectory, ...contents }) : words);
  });
}

function withDataOptions(command: Command): Command {
  return command
    .option('--data <DIR>', 'data directory (CORDON_DATA; else dataDirectory of the configuration)')
    .option('--config <FILE>', 'configuration (CORDON_CONFIG; else cordon.yaml, if there is one)')
    .option('--json', 'print JSON', false);
}

async function dataDirectoryOf({ config, data }: Options, { env }: CommandLine): Promise<string> {
  const dataDirectory = data ?? env.CORDON_DATA;
  const file = config ?? env.CORDON_CONFIG;
  return dataDirectory ?? (await loadConfig({ file, environment: env })).dataDirectory;
}

async function withBar<Value>(
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

function told({ bytes, lastSeq, version }: BackupContents): string {
  return `${(bytes / 1e6).toFixed(1)} MB, the journal up to record ${lastSeq}, by Cordon ${shown(version)}`;
}
