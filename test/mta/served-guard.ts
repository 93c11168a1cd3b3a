// Test support: `cordon serve` as a process of its own, with a data directory in a temporary folder, and the command line beside it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Finding } from '../../src/cli/command-line.ts';
import { documented } from './documented.ts';
import { freePort } from './free-port.ts';
import type { Postfix } from './postfix.ts';
import { until } from './until.ts';

const CORDON = path.resolve(import.meta.dirname, '../../bin/cordon');

/** `contoso.example` is the organization's accepted domain. */
export class ServedGuard {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cordon-served-'));
  readonly configFile = path.join(this.#folder, 'cordon.yaml');
  readonly data = path.join(this.#folder, 'data');
  readonly #ports: { readonly http: number; readonly policy: number; readonly milter: number };
  #process: ChildProcess | undefined;

  /** `more`: lines for its cordon.yaml. */
  static async start(more = ''): Promise<ServedGuard> {
    const ports = { http: await freePort(), policy: await freePort(), milter: await freePort() };
    const guard = new ServedGuard(ports, more);
    await guard.serve();
    return guard;
  }

  private constructor(ports: { http: number; policy: number; milter: number }, more: string) {
    this.#ports = ports;
    writeFileSync(
      this.configFile,
      `dataDirectory: ${this.data}
organization: { name: Contoso, acceptedDomains: [contoso.example] }
listeners:
  postfixPolicy: { listen: "127.0.0.1:${ports.policy}" }
  milter: { listen: "127.0.0.1:${ports.milter}" }
http: { port: ${ports.http} }
${more}`,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  /** Resolves when it answers. */
  async serve(): Promise<void> {
    this.#process = spawn(process.execPath, [CORDON, 'serve', '--config', this.configFile], { stdio: 'ignore' });
    await until('the guard to answer', () =>
      fetch(`${this.url}/readyz`).then(
        (answer) => (answer.ok ? true : undefined),
        () => undefined,
      ),
    );
  }

  /** SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#process!.kill(signal);
  }

  /** Resolves when the process has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  /** What the command prints. Rejects where it fails. */
  async cordon(...args: string[]): Promise<string> {
    const run = await promisify(execFile)(process.execPath, [CORDON, ...args, '--url', this.url, '--data', this.data]);
    return run.stdout;
  }

  /** What `cordon doctor --json` finds of a Postfix, and its exit status. */
  async doctor(
    postfix: Postfix,
    args: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly findings: readonly Finding[] }> {
    const options = ['--config', this.configFile, '--postfix-config', postfix.settingsFolder, '--json'];
    const run = promisify(execFile)(process.execPath, [CORDON, 'doctor', ...options, ...args], {
      env: { ...process.env, ...environment },
    });
    const { code = 0, stdout } = await run.then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    return { status: code, findings: JSON.parse(stdout) };
  }

  /** Blocks of docs/mta/postfix.md that ask this guard. */
  settings(blocks: readonly string[], inPlaceOf: Readonly<Record<string, string>> = {}): string {
    return documented(blocks, {
      '127.0.0.1:5712': `127.0.0.1:${this.#ports.policy}`,
      '127.0.0.1:5713': `127.0.0.1:${this.#ports.milter}`,
      '192.0.2.53': '127.0.0.1',
      '/var/lib/cordon': this.data,
      ...inPlaceOf,
    });
  }

  async remove(): Promise<void> {
    this.#process?.kill('SIGCONT');
    await this.end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
