// A private Postfix under a temporary folder: any number at once, started and stopped without the machine's own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const DAEMONS = '/usr/lib/postfix/sbin';
const QUEUES = [
  'active',
  'bounce',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'maildrop',
  'private',
  'public',
  'trace',
];

const NEEDED = { postfix: DAEMONS, swaks: '/usr/bin/swaks', openssl: '/usr/bin/openssl' };

function whyNot(): string | undefined {
  const missing = Object.entries(NEEDED).filter(([, file]) => !existsSync(file));
  if (missing.length > 0) return `not installed: ${missing.map(([name]) => name).join(', ')}`;
  return process.getuid?.() === 0 ? undefined : 'Postfix starts for root only';
}

/** A suite that talks to a real Postfix. Skipped where there cannot be one, and its name says why. */
export function describeWithPostfix(title: string, body: () => void): void {
  const why = whyNot();
  describe.skipIf(why !== undefined)(why === undefined ? title : `${title} (skipped: ${why})`, body);
}

export interface PostfixOptions {
  /** Its name in the greeting. */
  readonly hostname?: string;
  /** Port on 127.0.0.1 that all mail goes to; without one, accepted mail is thrown away. */
  readonly nextHop?: number;
  /** Lines of main.cf; they replace the harness's own of the same name. */
  readonly settings?: string;
  /** Lines of options of its smtpd in master.cf (`-o name=value`). */
  readonly serviceOptions?: string;
  /** The address of the SMTP client side, so that its mail has a client address of its own (127.0.0.2 and so on). */
  readonly sendsFrom?: string;
  /** How many SMTP sessions it serves at once; 1 makes one smtpd process serve all of them in turn. */
  readonly sessions?: number;
}

export interface Postfix {
  readonly port: number;
  /** The mail log, as long as nobody rotates it. */
  readonly logFile: string;
  /** Everything that it logged so far. */
  log(): string;
  /** The first half of a rotation: it has another name, and the daemons write on to it until `reload`. Its new name. */
  renameLog(): string;
  /**
   * As `postfix reload`; resolves when no daemon from before is left. To be called when no mail is in the queue manager's hands: it lies in `active`
   * until the next queue run otherwise.
   */
  reload(): Promise<void>;
  /** Waits until the log has such a line, and returns the match. */
  logged(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its configuration directory, for `sendmail -C`, `postconf -c` and the like. */
  readonly settingsFolder: string;
  /** Hands in a message on the mail server itself, with sendmail(1). Throws where sendmail fails. */
  sendmail(from: string, to: readonly string[], text: string): void;
  /** The files of one of its queues (`maildrop`, `deferred` with its folders). */
  queued(queue: string): readonly string[];
  /** Ends all its processes and removes its folder. Twice is harmless. */
  stop(): Promise<void>;
}

const TRIES = 3;

/** Resolves when it greets on its port. Tries another port where it does not start, because somebody may have taken the first meanwhile. */
export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  for (let attempt = 1; ; attempt++) {
    const instance = new PrivatePostfix(await freePort());
    try {
      if (instance.start(options)) {
        await instance.greeting();
        return instance;
      }
      if (attempt === TRIES) throw new Error('the master ended');
    } catch (error) {
      const log = instance.log().split('\n').slice(-20).join('\n');
      await instance.stop();
      throw new Error(`Postfix does not work:\n${log}`, { cause: error });
    }
    await instance.stop();
  }
}

class PrivatePostfix implements Postfix {
  readonly port: number;
  readonly #folder: string;
  #master = 0;
  #watcher: ChildProcess | undefined;

  constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'cordon-postfix-'));
  }

  /** False where its master did not stay. */
  start(options: PostfixOptions): boolean {
    this.#layFolders();
    const settings = this.#in('etc/main.cf');
    writeFileSync(settings, mainCf(this.#folder, options));
    // Postfix reads a file again and again until its last change is some seconds old.
    utimesSync(settings, 0, 0);
    writeFileSync(this.#in('etc/master.cf'), masterCf(this.port, options));
    // The master itself instead of `postfix start`, whose checks take seconds in a fresh folder. -w: wait until it listens.
    const run = spawnSync(path.join(DAEMONS, 'master'), ['-c', this.#in('etc'), '-w'], {
      stdio: 'ignore',
      timeout: 60_000,
    });
    if (run.status !== 0) return false;
    this.#master = Number(readFileSync(this.#in('queue/pid/master.pid'), 'utf8'));
    this.#watch();
    return true;
  }

  /** The master holds the port even where no smtpd can start: only the greeting says that it works. */
  async greeting(): Promise<void> {
    await until('the greeting', () => greets(this.port));
  }

  /** The daemons run as the user postfix, who must be able to enter, and own the queues. */
  #layFolders(): void {
    chmodSync(this.#folder, 0o755);
    for (const name of ['etc', 'queue', 'log', 'queue/pid']) mkdirSync(this.#in(name), { mode: 0o755 });
    const uid = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }));
    for (const name of ['data', ...QUEUES.map((queue) => `queue/${queue}`)]) {
      mkdirSync(this.#in(name), { mode: 0o700 });
      chownSync(this.#in(name), uid, 0);
    }
  }

  get logFile(): string {
    return this.#in('log/maillog');
  }

  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  renameLog(): string {
    const old = `${this.logFile}.1`;
    renameSync(this.logFile, old);
    return old;
  }

  async reload(): Promise<void> {
    const before = runningIn(this.#master).filter((id) => id !== this.#master);
    signal(this.#master, 'SIGHUP');
    await until('the daemons to be others', () => {
      const now = new Set(runningIn(this.#master));
      return before.some((id) => now.has(id)) ? undefined : true;
    });
  }

  get settingsFolder(): string {
    return this.#in('etc');
  }

  sendmail(from: string, to: readonly string[], text: string): void {
    execFileSync('/usr/sbin/sendmail', ['-C', this.settingsFolder, '-i', '-f', from, ...to], { input: text });
  }

  queued(queue: string): readonly string[] {
    const folder = this.#in(`queue/${queue}`);
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  }

  logged(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`${pattern} in the mail log`, () => pattern.exec(this.log()) ?? undefined);
  }

  /** Postfix is a daemon of its own: should this process be killed, its end of the pipe closes, and the watcher ends the daemon. */
  #watch(): void {
    const script = 'read line; kill -KILL "-$0"; rm -rf "$1"';
    this.#watcher = spawn('/bin/sh', ['-c', script, String(this.#master), this.#folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#watcher.unref();
  }

  async stop(): Promise<void> {
    this.#watcher?.kill('SIGKILL');
    if (this.#master > 0) {
      const gone = (): true | undefined => (runningIn(this.#master).length > 0 ? undefined : true);
      signal(this.#master, 'SIGTERM');
      // The master leads the process group of all its daemons.
      await until('Postfix to end', gone, 5).catch(() => signal(-this.#master, 'SIGKILL'));
      await until('Postfix to be gone', gone, 5);
      this.#master = 0;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #in(name: string): string {
    return path.join(this.#folder, name);
  }
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // Gone already.
  }
}

/** The process group's living processes. A dead one that nobody has collected yet (state Z) is none. */
function runningIn(group: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        const [state, , processGroup] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return state !== 'Z' && Number(processGroup) === group;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function greets(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('latin1').setTimeout(5_000, () => socket.destroy());
    socket.on('data', (text) => {
      heard += text;
      if (heard.includes('\n')) socket.end('QUIT\r\n');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard.startsWith('220') ? true : undefined));
  });
}

/** A small relay on loopback that asks no name server and never waits for its own sake. */
function mainCf(folder: string, options: PostfixOptions): string {
  const transport = options.nextHop === undefined ? 'discard:' : `smtp:[127.0.0.1]:${options.nextHop}`;
  const own = `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log/maillog
maillog_file_prefixes = ${folder}/log
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = ${options.hostname ?? 'relay.contoso.example'}
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = ${transport}
relay_transport = ${transport}
smtp_bind_address = ${options.sendsFrom ?? '127.0.0.1'}
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
notify_classes =
in_flow_delay = 0
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
`;
  const settings = new Map([...readSettings(own), ...readSettings(options.settings ?? '')]);
  return [...settings].map(([name, value]) => `${name} = ${value}\n`).join('');
}

/** Comments gone, continued lines kept as Postfix wants them (RFC-822 style: a line that begins with white space). */
function readSettings(text: string): [string, string][] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join('\n')
    .split(/\n(?!\s)/)
    .filter((line) => line !== '')
    .map((line) => {
      const equals = line.indexOf('=');
      if (equals === -1) throw new Error(`no main.cf line: ${line}`);
      return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
    });
}

/** Nothing runs in a chroot (fifth column); postlog makes maillog_file work without a syslog. */
function masterCf(port: number, { sessions = 100, serviceOptions = '' }: PostfixOptions): string {
  return `
127.0.0.1:${port} inet n - n - ${sessions} smtpd
${serviceOptions}
pickup   unix       n - n  60 1 pickup
cleanup  unix       n - n -   0 cleanup
qmgr     unix       n - n 300 1 qmgr
rewrite  unix       - - n -   - trivial-rewrite
bounce   unix       - - n -   0 bounce
defer    unix       - - n -   0 bounce
trace    unix       - - n -   0 bounce
flush    unix       n - n -   0 flush
proxymap unix       - - n -   - proxymap
smtp     unix       - - n -   - smtp
relay    unix       - - n -   - smtp
error    unix       - - n -   - error
retry    unix       - - n -   - error
discard  unix       - - n -   - discard
tlsmgr   unix       - - n -   1 tlsmgr
anvil    unix       - - n -   1 anvil
scache   unix       - - n -   1 scache
postlog  unix-dgram n - n -   1 postlogd
`;
}
