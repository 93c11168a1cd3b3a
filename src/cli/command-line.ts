// What every command gets: where to write, what was handed in by main.ts, and its way to the API.
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { type ApiClient, connect } from './api-client.ts';
import { json, type Output } from './terminal.ts';

export interface DemoOptions {
  /** The story headless, once, and exit. */
  readonly once: boolean;
  readonly json: boolean;
}

export interface ReplayOptions {
  /** One trace, or mail logs, oldest first. */
  readonly files: readonly string[];
  readonly format: 'trace' | 'postfix-log';
  /** postfix-log: mail without a login for these alone is no relaying. */
  readonly acceptedDomains: readonly string[];
  /** False: new entities are observed first, as the guard does; undefined: each is judged from its first message. */
  readonly armed?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** JSON Lines: the content filter's word for each line. */
  readonly verdicts?: string | undefined;
  readonly without: readonly ('verdict' | 'text' | 'failures')[];
  /** 0: a block lasts to the end. */
  readonly blockHours: number;
  /** Where to write one decision for each message, JSON Lines. */
  readonly decisions?: string | undefined;
  /** Where to write the summary as JSON. */
  readonly json?: string | undefined;
  /** Overrides of the detector's settings; undefined: those of cordon.yaml or the defaults. */
  readonly threshold?: number | undefined;
  readonly onProgress: (done: number, total: number) => void;
  /** Text for people, with or without its last line end. */
  readonly print: (text: string) => void;
}

/** Handed in by main.ts: the commands that need the guard itself and not its API. Each resolves to the exit status. */
export interface OfflineCommands {
  serve(config: Config): Promise<number>;
  demo(options: DemoOptions): Promise<number>;
  replay(options: ReplayOptions): Promise<number>;
  /** The PHC string of a password. */
  hashPassword(password: string): Promise<string>;
}

export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type CommandLine = OfflineCommands & Surroundings & { setExitStatus(status: number): void };

/** What a command of the API is run with, beside its own arguments. */
export interface ApiCommand {
  readonly api: ApiClient;
  readonly now: () => number;
  /** Prints the value with --json, else what `forPeople` makes of it. */
  show<T>(value: T, forPeople: (value: T) => string): void;
  readonly stderr: Output;
}

interface ApiCommandOptions {
  readonly url?: string;
  readonly token?: string;
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/**
 * Gives a command the options of the API's commands and its action. `act` gets the way to the API, the command's arguments in
 * order, and its options.
 */
export function overApi<Options extends object>(
  command: Command,
  line: CommandLine,
  act: (to: ApiCommand, args: readonly string[], options: Options) => Promise<void>,
): Command {
  return command
    .option('--url <URL>', 'where the guard is (CORDON_URL; else the HTTP port of cordon.yaml)')
    .option('--token <SECRET>', 'API token; better in CORDON_TOKEN, where `ps` does not show it')
    .option('--data <DIR>', 'data directory whose admin.token is used if there is no other (CORDON_DATA)')
    .option('--config <FILE>', 'configuration that tells port and data directory (CORDON_CONFIG)')
    .option('--json', 'print JSON')
    .action(async (...given: unknown[]) => {
      const options = command.opts<Options & ApiCommandOptions>();
      const args = given.slice(0, command.registeredArguments.length) as string[];
      const { url, token, data } = options;
      const config = options.config ?? line.env.CORDON_CONFIG;
      const api = await connect({ url, token, data, config, environment: line.env });
      const show = <T>(value: T, forPeople: (value: T) => string) =>
        void line.stdout.write(options.json === true ? json(value) : forPeople(value));
      await act({ api, now: line.now, show, stderr: line.stderr }, args, options);
    });
}
