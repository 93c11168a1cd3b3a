import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCommandWorld, type CommandWorld } from '../../../test/command-world.ts';
import type { DoctorOptions, Finding } from '../command-line.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await aCommandWorld();
});
afterAll(() => world.close());

const GOOD: Finding = { check: 'milter', level: 'ok', says: 'smtp/inet: as documented' };
const BAD: Finding = {
  check: 'asked',
  level: 'failed',
  says: 'nobody\u001b[2J',
  type: 'postfix check\npostfix reload',
};

const doctorWith = (args: readonly string[], findings: readonly Finding[], called: DoctorOptions[] = []) =>
  world.run(['doctor', ...args], {}, '', {
    doctor: async (options) => {
      called.push(options);
      for (const finding of findings) options.onFinding(finding);
    },
  });

test('what failed is said with what to type, and is exit status 1', async () => {
  expect(await doctorWith([], [GOOD, BAD])).toEqual({
    status: 1,
    err: '',
    out: `ok      milter                smtp/inet: as documented
FAILED  asked                 nobody\\x1b[2J
        type: postfix check
        type: postfix reload

1 of 2 findings failed.
`,
  });
  expect(await doctorWith([], [GOOD])).toMatchObject({ status: 0, out: expect.stringContaining('none failed') });
});

test('as JSON it is the findings and nothing else', async () => {
  const { status, out } = await doctorWith(['--json'], [GOOD, BAD]);
  expect([status, JSON.parse(out)]).toEqual([1, [GOOD, BAD]]);
});

test('it is told where to look, and asks for no token before it is needed', async () => {
  const called: DoctorOptions[] = [];
  const where = ['--postfix-config', '/etc/postfix-out', '--smtp', 'localhost:2525', '--data', world.folder];
  await doctorWith([...where, '--send-to', 'postmaster@ours.example'], [GOOD], called);
  expect(called[0]).toMatchObject({
    postfixConfig: '/etc/postfix-out',
    smtp: 'localhost:2525',
    sendTo: 'postmaster@ours.example',
    probeDomain: 'cordon-doctor.invalid',
    config: { dataDirectory: world.folder },
  });
  await expect(called[0]!.connect()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});
