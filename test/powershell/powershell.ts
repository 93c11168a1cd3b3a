// PowerShell's real engine for tests: lines go in, what a console would show comes out. The engine is either the package
// System.Management.Automation in a small host of our own (built once with a .NET SDK), or a pwsh that is on PATH.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe } from 'vitest';
import { builtHost, missingSdk, QUIET, SOURCES } from './host.ts';

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
  #ended: string | undefined;

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
    const end = (why: string): void => {
      this.#ended = why;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(why));
    };
    process.on('error', (error) => end(error.message));
    process.on('close', () => end(`PowerShell ended: ${this.#trouble}`));
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
    if (this.#ended === undefined) {
      const ended = new Promise((resolve) => this.#process.once('close', resolve));
      this.#process.stdin!.end();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ask(request: object): Promise<Shown> {
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
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

/** Why there is no second engine; undefined: there is. */
function missingPwsh(): string | undefined {
  const { stdout } = spawnSync('pwsh', ['--version'], { encoding: 'utf8', env: { ...process.env, ...QUIET } });
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  const isNew = Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 4);
  return isNew ? undefined : 'no pwsh 7.4 or later on PATH';
}

const WHY_NOT = { host: missingSdk(), pwsh: missingPwsh() };
/** Where the suites may not be missing, as in `.ci/run`, a missing SDK is a failure. */
const IS_DEMANDED = process.env.POWERSHELL_TESTS === 'required';
/** A build on a machine that is busy with other tests. */
const BUILD_MS = 300_000;

function demandedHost(): void {
  if (WHY_NOT.host !== undefined) throw new Error(WHY_NOT.host);
  builtHost();
}

/** A suite that is run in an engine, and named with the reason where that is not here. */
export function withPowerShell(title: string, body: (engine: Engine) => void, engine: Engine = 'host'): void {
  const why = engine === 'host' && IS_DEMANDED ? undefined : WHY_NOT[engine];
  const whole = `${title}, in ${IN_WORDS[engine]}`;
  describe.skipIf(why !== undefined)(why === undefined ? whole : `${whole} (skipped: ${why})`, () => {
    if (engine === 'host') beforeAll(demandedHost, BUILD_MS);
    body(engine);
  });
}

/** The same suite in each engine. */
export function withEachPowerShell(title: string, body: (engine: Engine) => void): void {
  withPowerShell(title, body, 'host');
  // An engine that is merely a second witness is not worth a skipped suite where it is missing.
  if (WHY_NOT.pwsh === undefined) withPowerShell(title, body, 'pwsh');
}
