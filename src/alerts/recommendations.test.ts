import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recommendationsFor } from './recommendations.ts';

const id = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

test('the steps for a connector and for a user end with unblocking it', () => {
  for (const kind of ['connector', 'user'] as const) {
    const steps = recommendationsFor({ kind, id, name: 'branch-office' });
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.at(-1)!.command).toContain('cordon unblock branch-office ');
    expect(steps.slice(0, -1).some(({ command = '' }) => command.includes('unblock'))).toBe(false);
  }
  const titles = recommendationsFor({ kind: 'user', id, name: 'ben' }).map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(['Change the password', 'Turn on multi-factor authentication']));
});

test('a name that a shell would understand otherwise is never in a command', () => {
  fc.assert(
    fc.property(fc.constantFrom('connector', 'user'), fc.string({ unit: 'binary' }), (kind, name) => {
      const commands = recommendationsFor({ kind, id, name }).flatMap(({ command }) => command?.split('\n') ?? []);
      // biome-ignore format: one line
      for (const command of commands) expect(command).toMatch(/^cordon [a-z]+( [\w@.+-]+)*( '[a-z0-9 ]+')?$/);
    }),
  );
  for (const name of ['x; rm -rf ~', '$(id)', '-rf', "a'b", 'a b']) {
    expect(recommendationsFor({ kind: 'connector', id, name }).at(-1)!.command).toBe(
      `cordon unblock ${id} --reason 'what was done'`,
    );
  }
});
