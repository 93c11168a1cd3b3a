// cordon config check | print | example | hash-password
import type { Command } from 'commander';
import { DEFAULT_FILE, loadConfig } from '../../config/load.ts';
import { printConfig, printExample } from '../../config/print.ts';
import type { Config } from '../../config/schema.ts';
import { CordonError } from '../../errors.ts';
import type { CommandLine } from '../command-line.ts';
import { readSecret } from '../secret-input.ts';

export function addConfigCommands(program: Command, line: CommandLine): void {
  const config = program.command('config').description('Check and print the configuration.');
  const load = (options: FileOptions): Promise<Config> =>
    loadConfig({ file: fileOf(options, line), environment: line.env, dataDirectory: options.data });

  withFile(
    config.command('check').description('Say what is wrong with the configuration, with file, line and key.'),
  ).action(async (options: FileOptions) => {
    await load(options);
    line.stdout.write(`${fileOf(options, line) ?? DEFAULT_FILE} and the environment are in order.\n`);
  });
  withFile(config.command('print').description('Print the configuration in force; secrets are hidden.')).action(
    async (options: FileOptions) => void line.stdout.write(printConfig(await load(options))),
  );
  config
    .command('example')
    .description('Print a commented example of cordon.yaml.')
    .action(() => void line.stdout.write(printExample()));
  config
    .command('hash-password')
    .description('Read a password from standard input and print the hash for listeners.smtpRelay.accounts.')
    .action(async () => {
      const password = await readSecret(line.stdin, line.stderr, 'Password: ');
      if (password === '') throw new CordonError('INVALID_REQUEST', 'the password is empty');
      line.stdout.write(`${await line.hashPassword(password)}\n`);
    });
}

interface FileOptions {
  readonly config?: string;
  readonly data?: string;
}

function withFile(command: Command): Command {
  return command
    .option('--config <FILE>', 'configuration (CORDON_CONFIG; else cordon.yaml, if there is one)')
    .option('--data <DIR>', 'data directory, stronger than the configuration');
}

function fileOf(options: FileOptions, line: CommandLine): string | undefined {
  return options.config ?? line.env.CORDON_CONFIG;
}
