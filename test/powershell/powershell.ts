// PowerShell's real engine for tests: lines go in, what a console would show comes out. The engine is either the package
// System.Management.Automation in a small host of our own (built once with a .NET SDK), or a pwsh that is on PATH.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe } from 'vitest';

const SOURCES = path.join(import.meta.dirname, 'host');
const ROOT = path.resolve(import.meta.dirname, '../..');
/** Where the module of this repository is found by its name. */
export const MODULES = path.join(ROOT, 'powershell');

export type Engine = 'host' | 'pwsh';
const IN_WORDS: Readonly<Record<Engine, string>> = { host: 'System.Management.Automation', pwsh: 'pwsh' };

export interface Shown {
  /** Plain text, lines ended by LF: output, errors, warnings and prompts in the order of the console. */
  readonly output: string;
  /** Each question that was asked. */
  readonly prompts: readonly string[];
}

export class PowerShell {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #waiting: { resolve(shown: Shown): void; reject(error: Error): void }[] = [];
  #trouble = '';

  /** A session in which nothing is loaded; the module is found by its name. Builds the host where it is not yet built: seconds. */
  static start(engine: Engine = 'host'): PowerShell {
    const folder = mkdtempSync(path.join(tmpdir(), 'cordon-powershell-'));
    const [program, args] =
      engine === 'host'
        ? ['dotnet', [builtHost()]]
        : ['pwsh', ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', PWSH_AS_HOST]];
    return new PowerShell(spawn(program, args, { env: environment(folder) }), folder);
  }

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    process.stderr!.on('data', (chunk: Buffer) => (this.#trouble += chunk.toString()));
    createInterface(process.stdout!).on('line', (line) => {
      const { output, prompts } = JSON.parse(line) as Shown;
      // The blank before AM is a narrow one with newer data of the Unicode consortium.
      this.#waiting.shift()?.resolve({ output: output.replaceAll('\u202f', ' '), prompts });
    });
    process.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`PowerShell ended: ${this.#trouble}`));
    });
  }

  /**
   * Runs one line of script; `answers` to its prompts, in order (the letter of a choice; '' for the default). A prompt without an answer
   * fails in the words "no answer to". Calls may overlap: they run one after the other.
   */
  run(line: string, ...answers: readonly string[]): Promise<Shown> {
    return this.#ask({ line, answers });
  }

  /** The lines that one script line puts out, without the empty ones at both ends. */
  async lines(line: string, ...answers: readonly string[]): Promise<readonly string[]> {
    const { output } = await this.run(line, ...answers);
    return output.replace(/^\n+|\s+$/g, '').split('\n');
  }

  /** A new session in the same process: nothing that was loaded or defined is left. */
  async reset(): Promise<void> {
    await this.#ask({ reset: true });
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    const { exitCode, signalCode, stdin } = this.#process;
    if (exitCode === null && signalCode === null) {
      const ended = new Promise((resolve) => this.#process.once('close', resolve));
      stdin!.end();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ask(request: object): Promise<Shown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }
}

/** The same host, compiled by a pwsh against the engine that it is itself. */
const PWSH_AS_HOST = `Add-Type -Path '${path.join(SOURCES, 'PowerShellHost.cs').replaceAll("'", "''")}'; [PowerShellHost]::Main()`;

/** Nothing of the machine's own PowerShell: no modules, no caches, no messages home; times are UTC and texts American. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...QUIET,
    HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    PSModuleAnalysisCachePath: path.join(folder, 'ModuleAnalysisCache'),
    // A pwsh puts its own folder in front.
    PSModulePath: MODULES,
    TZ: 'UTC',
    LC_ALL: 'en_US.UTF-8',
  };
}

const QUIET = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_CLI_UI_LANGUAGE: 'en',
  DOTNET_NOLOGO: '1',
  DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
  MSBUILDDISABLENODEREUSE: '1',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
};

/**
 * Path of the host's program, built where these very sources have not been built before. It is built beside its place and then moved there, so that two
 * who build at once do not disturb each other.
 */
function builtHost(): string {
  const files = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isFile());
  const sum = createHash('sha256');
  for (const { name } of files) sum.update(name).update(readFileSync(path.join(SOURCES, name)));
  const cache = path.join(ROOT, 'node_modules/.cache/powershell-host');
  const place = path.join(cache, sum.digest('hex').slice(0, 16));
  const program = path.join(place, 'PowerShellHost.dll');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, 'build-'));
  try {
    for (const { name } of files) cpSync(path.join(SOURCES, name), path.join(work, 'source', name));
    dotnet(['restore', '--locked-mode', '--disable-build-servers'], path.join(work, 'source'));
    dotnet(
      ['build', '--no-restore', '--nologo', '-c', 'Release', '-o', path.join(work, 'built'), '--disable-build-servers'],
      path.join(work, 'source'),
    );
    try {
      renameSync(path.join(work, 'built'), place);
    } catch (error) {
      // Somebody else was faster.
      if (!existsSync(program)) throw error;
    }
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function dotnet(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync('dotnet', args, {
    cwd,
    env: { ...process.env, ...QUIET },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dotnet ${args[0]}: ${error?.message ?? `${stdout}${stderr}`}`);
}

/** Why an engine cannot run here; undefined: it can. */
function missing(engine: Engine): string | undefined {
  const program = engine === 'host' ? 'dotnet' : 'pwsh';
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: { ...process.env, ...QUIET } });
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  if (engine === 'host') {
    return status === 0 && Number(major) >= 10 ? undefined : 'no .NET SDK 10 or later on PATH';
  }
  const isNew = Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 4);
  return status === 0 && isNew ? undefined : 'no pwsh 7.4 or later on PATH';
}

const WHY_NOT = { host: missing('host'), pwsh: missing('pwsh') };
/** Where the suites may not be missing, as in `.ci/run`, a missing SDK is a failure. */
const IS_DEMANDED = process.env.CORDON_TEST_POWERSHELL === 'required';

/** A suite that is run in an engine, and named with the reason where that is not here. */
export function withPowerShell(title: string, body: (engine: Engine) => void, engine: Engine = 'host'): void {
  const why = engine === 'host' && IS_DEMANDED ? undefined : WHY_NOT[engine];
  const whole = `${title}, in ${IN_WORDS[engine]}`;
  describe.skipIf(why !== undefined)(why === undefined ? whole : `${whole} (skipped: ${why})`, () => body(engine));
}

/** The same suite in each engine. */
export function withEachPowerShell(title: string, body: (engine: Engine) => void): void {
  withPowerShell(title, body, 'host');
  // An engine that is merely a second witness is not worth a skipped suite where it is missing.
  if (WHY_NOT.pwsh === undefined) withPowerShell(title, body, 'pwsh');
}
