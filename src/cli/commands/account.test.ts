import { afterAll, describe, expect, test } from 'vitest';
import { aCommandWorld } from '../../../test/command-world.ts';
import { sayFirstStart } from '../first-start.ts';

const commands = await aCommandWorld();
const { world, cordon, json, run, url } = commands;
afterAll(() => commands.close());

const signIn = (name: string, password: string) =>
  fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'A browser\u009b31m' },
    body: JSON.stringify({ name, password }),
  });

describe('cordon account', () => {
  test('adds an account whose one-time password alone is on standard output, and works', async () => {
    const made = await cordon('account', 'add', 'anna', '--role', 'Global Administrator', '--mail', 'a@ours.example');
    expect(made.out).toMatch(/^[a-z2-7]{6}(-[a-z2-7]{6}){3}\n$/);
    expect(made.err).toBe('The password of anna, shown only now; it must be changed at the next sign-in.\n');
    expect((await signIn('anna', made.out.trim())).status).toBe(200);
    const { out } = await cordon('account', 'list');
    expect(out).toMatch(/^anna +Global Administrator +a@ours\.example +all +must change password +2026-11-22/m);
  });

  test('changes it by name: roles, address, state, password', async () => {
    await cordon('account', 'add', 'bert', '--organization', 'ours');
    const roles = ['--role', 'Security Reader', 'Global Reader'];
    const changed = await cordon('account', 'set', 'BERT', ...roles, '--mail', 'b@ours.example');
    expect(changed.out).toBe('account bert: must change password; b@ours.example; Global Reader, Security Reader.\n');
    expect((await cordon('account', 'set', 'bert', '--mail', '', '--role', '', '--disable')).out).toBe(
      'account bert: disabled; no mail address; no role.\n',
    );
    await cordon('account', 'set', 'bert', '--enable');
    const reset = await cordon('account', 'set', 'bert', '--reset-password');
    expect((await signIn('bert', reset.out.trim())).status).toBe(200);
    expect((await cordon('account', 'set', 'bert', '--reset-totp')).status).toBe(0);
  });

  test('removes it, but not the last administrator (status 6), nor one that is not there (3)', async () => {
    await cordon('account', 'add', 'carl');
    expect((await cordon('account', 'remove', 'carl')).out).toBe('account carl is gone.\n');
    expect((await cordon('account', 'remove', 'carl')).status).toBe(3);
    const last = await cordon('account', 'remove', 'anna');
    expect([last.status, last.err]).toEqual([
      6,
      expect.stringMatching(/^cordon: LAST_ADMINISTRATOR: anna is the last/),
    ]);
  });

  test('is refused to who may not (4), and records who did it', async () => {
    const { secret } = await world.ports.tokens.create({ name: 'none', organizationId: world.ours.id, roles: [] });
    const tried = await run(['account', 'add', 'evil', '--role', 'Organization Management'], {
      CORDON_URL: url,
      CORDON_TOKEN: secret,
    });
    expect(tried.status).toBe(4);
    const records = await world.store.audit.list({ limit: 1_000 });
    const ofOperation = records.filter(({ operation }) => operation === 'New-Account');
    expect(ofOperation.find(({ by }) => by === 'none')).toMatchObject({
      result: 'Failed',
      parameters: { name: 'evil' },
    });
    expect(ofOperation.filter(({ by, result }) => by === 'provider' && result === 'Succeeded')).toHaveLength(3);
  });
});

describe('cordon session', () => {
  test('lists who is signed in, without letting a browser steer the terminal, and ends it', async () => {
    const made = await cordon('account', 'add', 'dora');
    await signIn('dora', made.out.trim());
    await signIn('dora', made.out.trim());
    const [first] = await json('session', 'list', '--account', 'dora');
    const { out } = await cordon('session', 'list', '--account', 'dora');
    expect(out).toMatch(/^dora +127\.0\.0\.1 +2026-11-22 .* A browser/m);
    expect(out).not.toContain('\u009b');
    expect((await cordon('session', 'revoke', first.id)).out).toBe(`session ${first.id} is over.\n`);
    expect(await json('session', 'list', '--account', 'dora')).toHaveLength(1);
    expect((await cordon('session', 'revoke', '--account', 'dora')).out).toBe('dora is signed out everywhere.\n');
    expect((await cordon('session', 'list', '--account', 'dora')).out).toBe('Nobody is signed in.\n');
    expect((await cordon('session', 'revoke')).status).toBe(2);
  });
});

describe('the first start', () => {
  const first = { name: 'admin', oneTimePassword: 'abcdef-ghijkl', hasMail: false };
  /** What was said, and the address that was set. */
  async function say(answers: readonly string[] | undefined, over: { hasMail?: boolean; refused?: string } = {}) {
    const said: string[] = [];
    let mail = '';
    let asked = 0;
    const ask = async () => answers![asked++] ?? '';
    const setMail = async (address: string) => {
      if (address === over.refused) throw new Error('refused');
      mail = address;
    };
    const terminal = { tell: (text: string) => void said.push(text), ask: answers && ask };
    await sayFirstStart({ ...first, ...over, setMail }, terminal, new AbortController().signal);
    return { text: said.join(''), mail, asked };
  }

  test('says name and password, and without a terminal how to set an address', async () => {
    const { text } = await say(undefined);
    expect(text).toMatch(/^The first administrator of this guard:\n {2}name {6}admin\n {2}password {2}abcdef-ghijkl\n/);
    expect(text).toMatch(/Alerts reach nobody yet\. To change that: cordon account set admin --mail ADDRESS\n$/);
  });

  test('asks for an address on a terminal, again where it is none, three times at the most', async () => {
    expect(await say(['a@b.example'])).toMatchObject({ mail: 'a@b.example', asked: 1 });
    expect(await say(['anna', 'x@y.example', 'a@b.example'], { refused: 'x@y.example' })).toMatchObject({
      mail: 'a@b.example',
      asked: 3,
    });
    const none = await say(['x', 'x', 'x', 'a@b.example']);
    expect([none.mail, none.asked]).toEqual(['', 3]);
    expect(none.text).toContain('Alerts reach nobody yet.');
    expect((await say([''])).text).toContain('Alerts reach nobody yet.');
  });

  test('asks nothing where the configuration has an address', async () => {
    const { text, asked } = await say(['a@b.example'], { hasMail: true });
    expect(asked).toBe(0);
    expect(text).not.toContain('nobody');
  });
});
