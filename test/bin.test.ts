// bin/cordon on the Node that runs the tests, and on an older one where there is one.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The machine's own Node, if it is too old for the sources but not for bin/cordon. */
const older = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const major = Number(/^v(\d+)\./.exec(stdout ?? '')?.[1]);
  return major >= 20 && major < 26;
});

let folder: string;
/** A checkout whose main.ts only tells how it was started. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-bin-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await cp(join(ROOT, 'bin/cordon'), join(folder, 'bin/cordon'));
  await symlink(join(ROOT, 'node_modules/node'), join(folder, 'node_modules/node'));
  await writeFile(
    join(folder, 'src/main.ts'),
    `const args: string[] = process.argv.slice(2);
const major: number = Number(process.versions.node.split('.')[0]);
if (args[0] === 'wait') {
  const timer = setInterval(() => {}, 1_000);
  process.on('SIGTERM', () => { clearInterval(timer); console.log('told'); process.exitCode = 7; });
} else process.exitCode = Number(args[0] ?? 0);
console.log(JSON.stringify({ args, major, pid: process.pid, started: process.env.STARTED_BY_CORDON ?? null }));
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

function run(node: string, args: string[], bin = join(folder, 'bin/cordon')) {
  const { status, stdout, stderr, signal } = spawnSync(node, [bin, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr, signal };
}

/** Started and ready; resolves with what main.ts told. */
async function start(node: string): Promise<{ child: ChildProcess; pid: number; output: () => string }> {
  const child = spawn(node, [join(folder, 'bin/cordon'), 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const told = await new Promise<{ pid: number }>((resolve) =>
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('\n')) resolve(JSON.parse(output.split('\n')[0]!));
    }),
  );
  return { child, pid: told.pid, output: () => output };
}

const exitOf = (child: ChildProcess) =>
  new Promise<[number | null, NodeJS.Signals | null]>((resolve) => child.on('exit', (...how) => resolve(how)));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('on a Node that is new enough the sources run in the same process', () => {
  const { status, stdout } = run(process.execPath, ['3', 'a b', '--x=1']);
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ args: ['3', 'a b', '--x=1'], started: null });
});

describe.skipIf(older === undefined)('on an older Node', () => {
  const node = older ?? '';

  test('the sources run on the Node of the npm package, with the same arguments and exit status', () => {
    const { status, stdout } = run(node, ['4', 'a b', '--x=1']);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ args: ['4', 'a b', '--x=1'], major: 26, started: null });
  });

  test('signals are handed through', async () => {
    const { child, pid, output } = await start(node);
    expect(pid).not.toBe(child.pid);
    const exit = exitOf(child);
    child.kill('SIGTERM');
    expect(await exit).toEqual([7, null]);
    expect(output()).toContain('told');
  });

  test('a guard that is killed is told as killed', async () => {
    const { child, pid } = await start(node);
    const exit = exitOf(child);
    process.kill(pid, 'SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  test('the guard does not outlive its starter, not even after kill -9', async () => {
    const { child, pid } = await start(node);
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  test('without the npm package it says what is missing, exit status 70', async () => {
    const bare = join(folder, 'bare');
    await mkdir(join(bare, 'bin'), { recursive: true });
    await writeFile(join(bare, 'package.json'), '{"type":"module"}');
    await cp(join(ROOT, 'bin/cordon'), join(bare, 'bin/cordon'));
    await mkdir(join(bare, 'node_modules/node'), { recursive: true });
    await writeFile(join(bare, 'node_modules/node/package.json'), '{}');
    const { status, stderr } = run(node, ['serve'], join(bare, 'bin/cordon'));
    expect(status).toBe(70);
    expect(stderr).toMatch(
      /^cordon: needs Node 26, this is v\d+\.\d+\.\d+, and the npm package node is not installed\.\nRun `npm ci`/,
    );
  });
});
