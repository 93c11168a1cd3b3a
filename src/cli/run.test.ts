import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { aCommandWorld } from '../../test/command-world.ts';
import { ensureAdminToken } from '../access/admin-token.ts';
import { verifyPassword } from '../access/password.ts';

const commands = await aCommandWorld();
const { world, url, folder, called, run } = commands;
afterAll(() => commands.close());
beforeEach(() => {
  for (const list of Object.values(called)) list.length = 0;
});

describe('the command line', () => {
  test('explains itself and its exit statuses', async () => {
    const help = await run(['--help']);
    expect(help.status).toBe(0);
    expect(help.out).toContain('unblock');
    expect(help.out).toContain('3 not found or not restricted');
    expect(await run(['--version'])).toMatchObject({ status: 0, out: '0.0.0-test\n' });
  });

  test.each([
    [[], /Usage: cordon/],
    [['unblok', 'x'], /unknown command 'unblok'[\s\S]*Did you mean unblock\?/],
    [['unblock'], /missing required argument 'ID'/],
    [['unblock', 'x', '--grace', '2'], /Allowed choices are 0, 1, 4, 24/],
    [['serve', '--prot', '1'], /unknown option '--prot'/],
    [['trace', '--limit', 'many'], /Must be a whole number/],
    [['replay', 'f', '--without', 'subject'], /There are: verdict, text, content, recipients, failures/],
  ])('%j is wrong usage, status 2', async (args, expected) => {
    const { status, out, err } = await run(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(expected);
  });
});

describe('the way to the guard', () => {
  test('with the admin token of the data directory nothing need be given', async () => {
    await ensureAdminToken(world.folder, world.ports.tokens);
    const file = join(folder, 'cordon.yaml');
    await writeFile(file, `dataDirectory: ${world.folder}\nhttp: {port: ${new URL(url).port}}\n`);
    expect((await run(['connector', 'list', '--config', file])).status).toBe(0);
    expect((await run(['connector', 'list', '--url', url, '--data', world.folder])).status).toBe(0);
    expect((await run(['connector', 'list'], { CORDON_CONFIG: file })).status).toBe(0);
  });

  test('a wrong token is status 4, and so is none', async () => {
    const wrong = await run(['blocked'], { CORDON_URL: url, CORDON_TOKEN: 'cordon_wrong' });
    expect(wrong.status).toBe(4);
    expect(wrong.err).toMatch(
      /^cordon: UNAUTHORIZED: this needs a valid API token, or somebody who signed in\nGive a valid API token: --token, CORDON_TOKEN/,
    );
    const none = await run(['blocked', '--url', url, '--data', folder]);
    expect([none.status, none.err]).toEqual([4, expect.stringContaining('admin.token cannot be read (ENOENT)')]);
  });

  test('nobody there is status 5', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    const { status, err } = await run(['blocked', '--url', url, '--token', 'x']);
    expect(status).toBe(5);
    expect(err).toBe(
      `cordon: API_UNREACHABLE: ${url} cannot be reached (ECONNREFUSED)\nIs \`cordon serve\` running, and is --url right?\n`,
    );
    expect((await run(['blocked', '--url', 'nonsense', '--token', 'x'])).status).toBe(5);
  });

  test('something else than Cordon is status 5, too', async () => {
    let code = 200;
    const other = createServer((_request, response) => response.writeHead(code).end('<html>hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { status, err } = await run(['blocked', '--url', url, '--token', 'x']);
    expect([status, err]).toEqual([5, expect.stringContaining('answers, but not as Cordon does (HTTP 200)')]);
    code = 502;
    const broken = await run(['blocked', '--url', url, '--token', 'x']);
    expect([broken.status, broken.err]).toEqual([5, expect.stringContaining('(HTTP 502)')]);
    await new Promise((resolve) => other.close(resolve));
  });

  test('a wrong configuration is status 78', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'http: {prot: 1}\n');
    const { status, err } = await run(['config', 'check', '--config', file]);
    expect(status).toBe(78);
    expect(err).toBe(
      `cordon: CONFIG_INVALID: ${file}:1 http.prot is not a key here: did you mean port?\nCorrect the named key in cordon.yaml and run \`cordon config check\`.\n`,
    );
    expect((await run(['serve', '--config', file])).status).toBe(78);
    expect((await run(['serve', '--config', join(folder, 'none.yaml')])).status).toBe(78);
    expect(called.serve).toEqual([]);
  });
});

describe('serve, demo, replay and config', () => {
  test('serve gets the checked configuration and tells its status', async () => {
    const file = join(folder, 'serve.yaml');
    await writeFile(file, 'http: {port: 0}\n');
    expect((await run(['serve', '--config', file, '--data', '/d'], { CORDON_SUBJECTS: 'off' })).status).toBe(0);
    expect(called.serve).toMatchObject([{ http: { port: 0 }, dataDirectory: '/d', subjects: 'off' }]);
  });

  test('demo tells its status', async () => {
    expect((await run(['demo', '--once', '--json'])).status).toBe(1);
    expect(called.demo).toEqual([{ once: true, json: true }]);
  });

  test('replay gets its options and prints its result', async () => {
    const args = [
      'f.jsonl.gz',
      '--verdicts',
      'v',
      '--without',
      'verdict,text',
      '--block-hours',
      '12',
      '--decisions',
      'd',
      '--json',
      'j',
    ];
    expect(await run(['replay', ...args])).toEqual({ status: 0, out: '27/27 attacks\n', err: '' });
    expect(called.replay[0]).toMatchObject({
      files: ['f.jsonl.gz'],
      format: 'trace',
      verdicts: 'v',
      without: ['verdict', 'text'],
      blockHours: 12,
      decisions: 'd',
      json: 'j',
    });
    await run(['replay', 'f']);
    expect(called.replay[1]).toMatchObject({ without: [], blockHours: 24 });
  });

  test('config prints an example, what is in force, and whether it is right', async () => {
    const file = join(folder, 'example.yaml');
    await writeFile(file, (await run(['config', 'example'])).out);
    expect((await run(['config', 'check', '--config', file])).out).toBe(`${file} and the environment are in order.\n`);
    const printed = await run(['config', 'print', '--config', file], { CORDON_HTTP_PORT: '8080' });
    expect(printed.out).toContain('  port: 8080\n');
  });

  test('config hash-password reads a password and prints its hash', async () => {
    const { out, status } = await run(['config', 'hash-password'], {}, 'correct horse\n');
    expect(status).toBe(0);
    expect(await verifyPassword('correct horse', out.trim())).toBe(true);
    expect((await run(['config', 'hash-password'], {}, '\n')).status).toBe(2);
    expect((await run(['config', 'hash-password'])).status).toBe(2);
  });

  test('what nobody foresaw is status 1 with the place where it happened', async () => {
    const broken = { demo: () => Promise.reject(new Error('bug')) };
    const { status, err } = await run(['demo'], {}, '', broken);
    expect(status).toBe(1);
    expect(err).toMatch(/^cordon: INTERNAL_ERROR: Error: bug\n +at /);
  });
});
