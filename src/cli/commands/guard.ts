// cordon serve | demo | replay: the commands that run the guard itself.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { CordonError } from '../../errors.ts';
import type { CommandLine, DemoOptions, ReplayOptions } from '../command-line.ts';
import { answered } from '../confirm.ts';
import { progressBar } from '../terminal.ts';

type ReplayArguments = Omit<ReplayOptions, 'files' | 'acceptedDomains' | 'armed' | 'now' | 'onProgress' | 'print'> & {
  readonly acceptedDomain?: readonly string[];
  readonly observeNew?: boolean;
};

/** What the detector can do without: sources, and its families. */
const SOURCES = [
  'verdict',
  'text',
  'content',
  'recipients',
  'failures',
  'volume',
  'bulk',
  'identity',
  'links',
  'deception',
] as const;

export function addGuardCommands(program: Command, line: CommandLine): void {
  program
    .command('serve')
    .summary('run the guard')
    .description('Run the guard until SIGTERM or SIGINT.')
    .option('--config <FILE>', 'configuration (CORDON_CONFIG; else cordon.yaml, if there is one)')
    .option('--data <DIR>', 'data directory (else dataDirectory of the configuration)')
    .action(async (options: { config?: string; data?: string }) => {
      const file = options.config ?? line.env.CORDON_CONFIG;
      const dataDirectory = options.data ?? line.env.CORDON_DATA;
      const config = await loadConfig({ file, environment: line.env, dataDirectory });
      const ask = (question: string, signal: AbortSignal) => answered(line.stdin, line.stderr, question, signal);
      const terminal = {
        tell: (text: string) => void line.stdout.write(text),
        ask: line.stdin.isTTY === true ? ask : undefined,
      };
      line.setExitStatus(await line.serve(config, terminal));
    });

  program
    .command('demo')
    .summary('watch the guard at work, with everything it needs built in')
    .description(
      'Run the guard on free ports with a sample organization and realistic mail, one connector of which turns bad.',
    )
    .option('--once', 'tell the story once and exit: 0 when every step was seen, else 1', false)
    .option('--json', 'print one JSON summary', false)
    .action(async (options: DemoOptions) => line.setExitStatus(await line.demo(options)));

  program
    .command('replay')
    .summary('run the detector over history')
    .description('Run the real detector over recorded mail and say what would have been blocked, when and why.')
    .argument('<FILE...>', 'a trace, or mail logs, oldest first; .gz is read as it is')
    .addOption(
      new Option('--format <FORMAT>', 'how FILE is written').choices(['trace', 'postfix-log']).default('trace'),
    )
    .option('--accepted-domain <DOMAIN...>', 'postfix-log: your own domains; mail for these alone is no relaying')
    .option('--observe-new', 'observe new connectors and users for 7 days and 200 messages first, as the guard does')
    .option('--verdicts <FILE>', 'the content filter\'s word, JSON Lines: {"i":0,"spam":true}')
    .option('--without <LIST>', `what the detector must do without: ${SOURCES.join(',')}`, readSources, [])
    .option(
      '--block-hours <HOURS>',
      'how long a block lasts, 0 to the end; nobody unblocks in a replay',
      readNumber,
      24,
    )
    .option('--threshold <SUM>', 'another threshold than the default', readNumber)
    .option('--decisions <FILE>', 'write one decision for each message, JSON Lines')
    .option('--json <FILE>', 'write the summary as JSON')
    .action(async (files: string[], given: ReplayArguments) => {
      const { acceptedDomain: acceptedDomains = [], observeNew, ...options } = given;
      if (options.format === 'trace' && files.length > 1)
        throw new CordonError('INVALID_REQUEST', 'one trace at a time');
      const bar = progressBar(line.stderr, 'replay');
      const print = (text: string) => {
        bar.end();
        line.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      };
      try {
        line.setExitStatus(
          await line.replay({
            ...options,
            files,
            acceptedDomains,
            armed: observeNew === true ? false : undefined,
            now: line.now,
            onProgress: bar.show,
            print,
          }),
        );
      } finally {
        bar.end();
      }
    });
}

function readSources(text: string): ReplayOptions['without'] {
  return text.split(',').map((name) => {
    const source = SOURCES.find((known) => known === name.trim());
    if (source === undefined) throw new InvalidArgumentError(`There are: ${SOURCES.join(', ')}.`);
    return source;
  });
}

function readNumber(text: string): number {
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('Must be a number, 0 or more.');
  return Number(text);
}
