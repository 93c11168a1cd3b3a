// Test support: Debian's Rspamd and spamd, each in a temporary folder and on a port of its own, asking nobody outside this host.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

const PROGRAMS = { rspamd: '/usr/bin/rspamd', spamd: '/usr/sbin/spamd' };

/** Why it cannot run here; undefined where it can. */
export function whyNoFilter(kind: keyof typeof PROGRAMS): string | undefined {
  if (!existsSync(PROGRAMS[kind])) return `not installed: ${kind}`;
  return process.getuid?.() === 0 ? undefined : `${kind} starts for root only`;
}

/** Every filter knows this as spam (https://spamassassin.apache.org/gtube/). */
export const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
/** The Rspamd here has a rule of 7.5 points for it. */
export const PILLS = 'Buy our cheap pills today.';
export const ORDINARY =
  'Thank you for Tuesday. The minutes are on the usual share, and we meet again on Friday at ten.';

export function letter(text: string, subject = 'Minutes'): string {
  return [
    'From: Anna <anna@contoso.example>',
    'To: Bob <bob@far.example>',
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'Message-ID: <1@contoso.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Dear Bob,',
    '',
    text,
    '',
    'Kind regards, Anna',
    '',
  ].join('\r\n');
}

/** The filter's processes, which are a process group of their own. */
export class RunningFilter {
  readonly port: number;
  /** Where it is a milter, too: Rspamd only. */
  readonly milterPort: number;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #watcher: ChildProcess;
  #isGone = false;

  private constructor(ports: readonly [number, number], folder: string, command: readonly string[]) {
    [this.port, this.milterPort] = ports;
    this.#folder = folder;
    const log = openSync(path.join(folder, 'log'), 'w');
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.#process.once('exit', () => {
      this.#isGone = true;
    });
    // Should this process be killed, its end of the pipe closes, and the watcher ends the filter.
    const script = 'read line; kill -KILL "-$0"; rm -rf "$1"';
    const watched = [String(this.#process.pid), folder];
    this.#watcher = spawn('/bin/sh', ['-c', script, ...watched], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#watcher.unref();
  }

  static async rspamd(): Promise<RunningFilter> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cordon-rspamd-'));
    const ports = [await freePort(), await freePort()] as const;
    writeFileSync(path.join(folder, 'rspamd.conf'), rspamdConf(folder, ports));
    // Its own list of top-level domains would cost 16 s of every start.
    writeFileSync(path.join(folder, 'tlds'), 'example\n');
    const variables = [`--var=DBDIR=${folder}`, `--var=LOCAL_CONFDIR=${folder}`];
    const command = [PROGRAMS.rspamd, '-i', '-f', '-c', path.join(folder, 'rspamd.conf'), ...variables];
    const filter = new RunningFilter(ports, folder, command);
    await filter.#answers('GET /ping HTTP/1.0\r\n\r\n', /pong/);
    return filter;
  }

  static async spamd(): Promise<RunningFilter> {
    const folder = mkdtempSync(path.join(tmpdir(), 'cordon-spamd-'));
    const port = await freePort();
    const where = ['-i', `127.0.0.1:${port}`, '-r', path.join(folder, 'pid'), '-s', 'stderr'];
    const rules = ['-L', '-x', '-u', 'nobody', '--cf=use_bayes 0', '-m', '3', '--min-children=2'];
    const filter = new RunningFilter([port, 0], folder, [PROGRAMS.spamd, ...where, ...rules]);
    await filter.#answers('PING SPAMC/1.2\r\n\r\n', /PONG/);
    return filter;
  }

  async #answers(question: string, answer: RegExp): Promise<void> {
    try {
      await until('the filter to answer', async () => {
        if (this.#isGone) throw new Error('it ended');
        return answer.test(await said(this.port, question)) ? true : undefined;
      });
    } catch (cause) {
      const log = readFileSync(path.join(this.#folder, 'log'), 'utf8');
      await this.stop();
      throw new Error(`the filter does not work:\n${log.slice(-2_000)}`, { cause });
    }
  }

  /** SIGSTOP: it takes connections and says nothing. SIGCONT: goes on. */
  signal(name: NodeJS.Signals): void {
    if (!this.#isGone) process.kill(-this.#process.pid!, name);
  }

  /** Ends all its processes. Twice is harmless. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await until('the filter to end', () => (this.#isGone ? true : undefined));
  }

  async stop(): Promise<void> {
    this.#watcher.kill('SIGKILL');
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What the server says to this before it hangs up; '' where nobody listens. */
function said(port: number, question: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(question));
    socket.setEncoding('latin1').setTimeout(5_000, () => socket.destroy());
    socket.on('data', (piece) => {
      heard += piece;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

/** A normal worker, and a milter with the settings of docs/content-filters.md. */
function rspamdConf(folder: string, [port, milterPort]: readonly [number, number]): string {
  return `
modules { path = "\${PLUGINSDIR}"; }
options {
  filters = "regexp";
  url_tld = "${folder}/tlds";
  pidfile = "${folder}/pid";
  tempdir = "${folder}";
  cache_file = "${folder}/symbols.cache";
  hs_cache_dir = "${folder}/";
  control_socket = "${folder}/control.sock mode=0600";
  dns { nameserver = ["127.0.0.1:1"]; timeout = 100ms; retransmits = 1; }
}
logging { type = "console"; level = "warning"; }
actions { reject = 15; add_header = 6; greylist = 4; }
regexp { PILLS { re = "/cheap pills/i{body}"; score = 7.5; } }
milter_headers { use = []; extended_spam_headers = true; skip_local = false; skip_authenticated = false; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; mime = true; }
worker "rspamd_proxy" {
  bind_socket = "127.0.0.1:${milterPort}"; count = 1; milter = yes; timeout = 20s;
  upstream "local" { default = yes; self_scan = yes; }
}
`;
}
