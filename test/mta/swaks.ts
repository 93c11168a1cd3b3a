// swaks, the SMTP client that mail administrators use: a second opinion beside our own client.
import { spawn } from 'node:child_process';

export interface SwaksRun {
  /** 0 where the mail was taken; 24 where no recipient was, 26 where the text was refused (swaks(1), EXIT CODES). */
  readonly status: number;
  /** The dialogue as swaks prints it: `->` sent, `<-` and `<**` (a refusal) received, `<~` the same under TLS. */
  readonly transcript: string;
}

export function swaks(port: number, ...args: readonly string[]): Promise<SwaksRun> {
  const run = spawn('swaks', ['--server', '127.0.0.1', '--port', String(port), '--timeout', '15s', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let transcript = '';
  for (const stream of [run.stdout, run.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      transcript += text;
    });
  }
  return new Promise((resolve, reject) => {
    run.on('error', reject);
    run.on('close', (status) => resolve({ status: status ?? 1, transcript }));
  });
}
