// Where the program begins: the command line, with the commands that need the guard itself handed in.
import { pino } from 'pino';
import { hashPassword } from './access/password.ts';
import { runCli } from './cli/run.ts';
import type { Config } from './config/schema.ts';
import { startCordon, VERSION } from './cordon.ts';
import { runDemo } from './demo/demo.ts';
import { runReplay } from './replay.ts';

/** Runs the guard until SIGTERM or SIGINT; resolves to the exit status once everything is written. */
async function serve(config: Config): Promise<number> {
  const log = pino({ level: config.logLevel, timestamp: pino.stdTimeFunctions.isoTime });
  const cordon = await startCordon({ config, log });
  const { url, postfixPolicy, milter, smtpRelay, adminTokenFile } = cordon;
  log.info({ version: VERSION, url, postfixPolicy, milter, smtpRelay, adminTokenFile }, 'Cordon is at work');
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  log.info({ signal }, 'closing the doors');
  await cordon.close();
  return 0;
}

process.exitCode = await runCli(process.argv.slice(2), {
  serve,
  demo: runDemo,
  replay: runReplay,
  hashPassword,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: Date.now,
  version: VERSION,
});
