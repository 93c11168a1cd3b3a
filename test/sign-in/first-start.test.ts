// `cordon serve` as a newcomer starts it: the password on standard output is the way in, once, and is written nowhere.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../mta/free-port.ts';

const CORDON = join(import.meta.dirname, '../../bin/cordon');
let folder: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-first-'));
});
afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) await stop();
  await rm(folder, { recursive: true });
});

async function serve(configuration: string): Promise<{ url: string; out: () => string }> {
  const file = join(folder, 'cordon.yaml');
  const off = ['postfixPolicy', 'milter', 'smtpRelay'].map((door) => `  ${door}:\n    listen: 'off'\n`).join('');
  await writeFile(file, `http:\n  port: 0\nlisteners:\n${off}${configuration}`);
  const args = [CORDON, 'serve', '--config', file, '--data', join(folder, 'data')];
  running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  running.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await expect.poll(() => out, { timeout: 20_000 }).toContain('Cordon is at work');
  return { url: /"url":"([^"]+)"/.exec(out)![1]!, out: () => out };
}

async function stop(): Promise<void> {
  const ended = new Promise((resolve) => running!.once('exit', resolve));
  running!.kill('SIGTERM');
  await ended;
}

const signIn = (url: string, password: string) =>
  fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  });

test('the first start tells the password of admin once, and no file has it', { timeout: 60_000 }, async () => {
  const first = await serve('');
  await expect.poll(first.out).toContain('cordon account set admin --mail ADDRESS');
  const password = /^ {2}password {2}(\S+)$/m.exec(first.out())![1]!;
  expect(first.out().split(password)).toHaveLength(2);
  const answer = await signIn(first.url, password);
  expect(await answer.json()).toMatchObject({
    name: 'admin',
    roles: ['Global Administrator', 'Provider Administrator'],
    mustChangePassword: true,
    notices: [{ code: 'nobody_is_told' }],
  });
  const token = (await readFile(join(folder, 'data/admin.token'), 'utf8')).trim();
  const audit = await fetch(`${first.url}/api/v1/audit-records`, { headers: { authorization: `Bearer ${token}` } });
  expect(JSON.stringify(await audit.json())).toMatch(/"operation":"New-Account"/);
  await stop();
  for (const name of await readdir(join(folder, 'data'), { recursive: true })) {
    const text = await readFile(join(folder, 'data', name), 'latin1').catch(() => '');
    expect([name, text.includes(password)]).toEqual([name, false]);
  }

  const second = await serve('organization:\n  administrator: chief@ours.example\n');
  expect(second.out()).not.toContain('password');
  const again = await signIn(second.url, password);
  expect(await again.json()).toMatchObject({ mail: 'chief@ours.example', notices: [] });
  const changed = await fetch(`${second.url}/api/v1/audit-records?operation=Set-Account`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await changed.json()) as { items: unknown[] };
  expect(items).toMatchObject([{ by: 'Cordon', parameters: { mail: 'chief@ours.example' } }]);
});

test('a guard whose output nobody reads any more goes on, and ends when it is told to', {
  timeout: 60_000,
}, async () => {
  const file = join(folder, 'cordon.yaml');
  const port = await freePort();
  const off = ['postfixPolicy', 'milter', 'smtpRelay'].map((door) => `  ${door}:\n    listen: 'off'\n`).join('');
  await writeFile(file, `http:\n  port: ${port}\nlisteners:\n${off}`);
  const args = [CORDON, 'serve', '--config', file, '--data', join(folder, 'data')];
  running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => running!.stdout!.once('data', resolve));
  running.stdout!.destroy();
  const health = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(health, { timeout: 20_000 }).toBe(true);
  await stop();
  expect([running.exitCode, running.signalCode]).toEqual([0, null]);
});
