// Where the program begins: the command line, with the commands that need the guard itself handed in. Those are loaded when
// they are called: `cordon blocked` must not wait for what only `serve` needs.
import { hashPassword } from './access/password.ts';
import type { FirstAdministrator } from './accountability.ts';
import type {
  ApplyOptions,
  BackupOptions,
  DemoOptions,
  DoctorOptions,
  ReplayOptions,
  RestoreOptions,
  ServeTerminal,
  VerifyAuditOptions,
} from './cli/command-line.ts';
import { sayFirstStart } from './cli/first-start.ts';
import { runCli } from './cli/run.ts';
import type { Config } from './config/schema.ts';
import { VERSION } from './version.ts';

/** A guard is not ended by somebody who no longer reads what it prints. */
let isServing = false;

/** Runs the guard until SIGTERM or SIGINT; resolves to the exit status once everything is written. */
async function serve(config: Config, terminal: ServeTerminal): Promise<number> {
  isServing = true;
  // From the first moment on: who is told to end while it still starts ends in order, too.
  const told = new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  const { openLog } = await import('./log.ts');
  const { startCordon } = await import('./cordon.ts');
  const log = openLog(config.logLevel);
  let first: FirstAdministrator | undefined;
  const cordon = await startCordon({ config, log, onFirstAdministrator: (made) => (first = made) });
  const { url, postfixPolicy, milter, smtpRelay, adminTokenFile } = cordon;
  log.info({ version: VERSION, url, postfixPolicy, milter, smtpRelay, adminTokenFile }, 'Cordon is at work');
  const closing = new AbortController();
  if (first !== undefined) {
    const setMail = (mail: string) => cordon.setAdministratorMail(mail);
    void sayFirstStart({ ...(first as FirstAdministrator), setMail }, terminal, closing.signal);
  }
  const signal = await told;
  closing.abort();
  log.info({ signal }, 'closing the doors');
  await cordon.close();
  return 0;
}

const demo = async (options: DemoOptions) => (await import('./demo/demo.ts')).runDemo(options);
const doctor = async (options: DoctorOptions) => (await import('./doctor/doctor.ts')).runDoctor(options);
const apply = async (options: ApplyOptions) => (await import('./apply/apply.ts')).runApply(options);
const backup = async (options: BackupOptions) => (await import('./backup.ts')).runBackup(options);
const restore = async (options: RestoreOptions) => (await import('./backup.ts')).runRestore(options);
const verifyAudit = async (options: VerifyAuditOptions) => (await import('./verify-audit.ts')).runVerifyAudit(options);
const replay = async (options: ReplayOptions) => (await import('./replay.ts')).runReplay(options);

// `cordon trace | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!isServing) process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await runCli(process.argv.slice(2), {
  serve,
  demo,
  replay,
  doctor,
  apply,
  backup,
  restore,
  verifyAudit,
  hashPassword,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: Date.now,
  version: VERSION,
});
