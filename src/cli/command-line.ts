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
  readonly without: readonly (
    | 'verdict'
    | 'text'
    | 'content'
    | 'recipients'
    | 'failures'
    | 'volume'
    | 'bulk'
    | 'identity'
    | 'links'
    | 'deception'
  )[];
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

/** One thing that `cordon doctor` looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** note: worth knowing, and no failure. */
  readonly level: 'ok' | 'note' | 'failed';
  readonly says: string;
  /** What to type, a command on each line. */
  readonly type?: string | undefined;
}

export interface DoctorOptions {
  readonly config: Config;
  /** Rejects where there is no token. */
  readonly connect: () => Promise<ApiClient>;
  /** Of this program: the guard should be the same. */
  readonly version: string;
  /** Postfix's configuration directory; undefined: its own default. */
  readonly postfixConfig?: string | undefined;
  /** HOST:PORT of the mail server, instead of what master.cf says. */
  readonly smtp?: string | undefined;
  /** Envelope sender of the probes; undefined: postmaster of the first accepted domain. */
  readonly probeFrom?: string | undefined;
  /** Domain of the recipient that is asked about and never gets anything. */
  readonly probeDomain: string;
  /** An address in an accepted domain that two real messages are sent to; undefined: none is sent. */
  readonly sendTo?: string | undefined;
  /** Send a test notification to everybody who is told of alerts. */
  readonly notify?: boolean | undefined;
  readonly onFinding: (finding: Finding) => void;
}

/** A field of an entry; undefined where it has none. */
export interface FieldChange {
  readonly name: string;
  readonly from?: unknown;
  readonly to: unknown;
}

/** What `cordon apply` would do to one entry. */
export interface PlannedChange {
  readonly kind: 'create' | 'change' | 'delete';
  /** "connector branch-office (Contoso)" */
  readonly what: string;
  readonly fields: readonly FieldChange[];
}

export interface ApplyOptions {
  readonly file: string;
  readonly api: ApiClient;
  /** Also delete what the file's lists do not have. */
  readonly prune: boolean;
  /** Shown what would change, perhaps nothing; where the answer is false nothing is changed. */
  readonly agree: (changes: readonly PlannedChange[]) => Promise<boolean>;
  readonly onProgress: (done: number, total: number) => void;
}

export interface BackupOptions {
  readonly dataDirectory: string;
  /** The folder to be made. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress: (done: number, total: number) => void;
}

export interface RestoreOptions {
  /** The folder that `cordon backup` made. */
  readonly backup: string;
  readonly dataDirectory: string;
  readonly onProgress: (done: number, total: number) => void;
}

/** What is in a backup. */
export interface BackupContents {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the Cordon that took it. */
  readonly version: string;
  readonly bytes: number;
  /** Of the last journal record. */
  readonly lastSeq: number;
}

export interface VerifyAuditOptions {
  readonly dataDirectory: string;
  /** Heads of chains that are known from elsewhere. */
  readonly heads: readonly AuditHead[];
  readonly onProgress: (done: number, total: number) => void;
}

/** The last record of a chain, as it is known. */
export interface AuditHead {
  /** '' for the provider's own. */
  readonly organizationId: string;
  readonly sequence: number;
  readonly mac: string;
}

export interface AuditVerification {
  readonly records: number;
  /** By `cordon forget`. */
  readonly pseudonymised: number;
  readonly chains: readonly (AuditHead & { readonly records: number })[];
  /** How many things are wrong; `breaks` are the first of them. */
  readonly broken: number;
  readonly breaks: readonly {
    readonly organizationId: string;
    readonly sequence: number;
    readonly kind: string;
    readonly says: string;
    readonly record?: { readonly id: string; readonly operation: string; readonly at: number } | undefined;
  }[];
  /** Of audit-heads.json; missing or forged, it cannot tell whether a chain was cut off. */
  readonly headsFile: 'read' | 'missing' | 'forged';
  /** Organizations whose chain may have been cut off unseen: the file was missing or forged, and no head was given. */
  readonly unwitnessed: readonly string[];
}

/** Whom `cordon serve` talks to beside its log. */
export interface ServeTerminal {
  tell(text: string): void;
  /** Resolves to a line, '' where there is none or `signal` ends the question. Undefined: nobody is there to answer. */
  readonly ask?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
}

/** Handed in by main.ts: the commands that need the guard itself and not its API. Each resolves to the exit status. */
export interface OfflineCommands {
  serve(config: Config, terminal: ServeTerminal): Promise<number>;
  demo(options: DemoOptions): Promise<number>;
  replay(options: ReplayOptions): Promise<number>;
  /** Resolves when everything was looked at, whatever was found; rejects with INVALID_REQUEST. */
  doctor(options: DoctorOptions): Promise<void>;
  /** True where the guard is as the file says now. */
  apply(options: ApplyOptions): Promise<boolean>;
  backup(options: BackupOptions): Promise<BackupContents>;
  restore(options: RestoreOptions): Promise<BackupContents>;
  /** Whatever is found; rejects where the log cannot be read. */
  verifyAudit(options: VerifyAuditOptions): Promise<AuditVerification>;
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
