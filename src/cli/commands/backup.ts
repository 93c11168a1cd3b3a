// cordon backup | restore: a data directory saved while the guard serves, and made anew.
import type { Command } from 'commander';
import type { BackupContents, CommandLine } from '../command-line.ts';
import { type DataOptions, dataDirectoryOf, withBar, withDataOptions } from '../data-directory.ts';
import { json, shown } from '../terminal.ts';
import { localTime } from '../times.ts';

export function addBackupCommands(program: Command, line: CommandLine): void {
  withDataOptions(
    program
      .command('backup')
      .description('Save the data directory into a new folder, also while the guard serves.')
      .argument('[FOLDER]', 'else cordon-backup-TIME in the working directory'),
  ).action(async (folder: string | undefined, options: DataOptions) => {
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
  ).action(async (backup: string, options: DataOptions) => {
    const dataDirectory = await dataDirectoryOf(options, line);
    const contents = await withBar('restore', line, (onProgress) =>
      line.restore({ backup, dataDirectory, onProgress }),
    );
    const words = `${shown(dataDirectory)} is as it was on ${localTime(new Date(contents.at).toISOString())}: ${told(contents)}.\n`;
    line.stdout.write(options.json ? json({ dataDirectory, ...contents }) : words);
  });
}

function told({ bytes, lastSeq, version }: BackupContents): string {
  return `${(bytes / 1e6).toFixed(1)} MB, the journal up to record ${lastSeq}, by Cordon ${shown(version)}`;
}
