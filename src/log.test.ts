import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTestApi, type TestApi } from '../test/api-world.ts';
import { openLog } from './log.ts';

let lines: string[];
let api: TestApi;
const log = () => openLog('trace', { write: (line) => void lines.push(line) });

beforeEach(async () => {
  lines = [];
  api = await aTestApi({}, log());
});
afterEach(() => api.close());

test('requests with a token, a password and a webhook’s secret leave none of them in the log, and no body', async () => {
  const made = await api.ask('ours', 'POST', '/webhooks', { url: 'https://hooks.example/services/T0/path-secret-x' });
  expect(made.status).toBe(201);
  const body = { login: 'anna', password: 'correct horse battery', totp: '123456' };
  // Whether or not there is such a route: a body that is refused is logged no more than one that is taken.
  for (const path of ['/sessions', '/sign-in', '/webhooks', '/notifications/test'])
    await api.ask('ours', 'POST', path, body);
  await api.ask('nobody', 'POST', '/webhooks', body);
  await api.app.inject({
    method: 'GET',
    url: '/api/v1/alerts?token=query-secret-y',
    headers: { authorization: `Bearer ${api.world.secrets.theirs}x`, cookie: 'session=cookie-secret-z' },
  });
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(5);
  const { ours, theirs, provider } = api.world.secrets;
  for (const secret of [
    ours,
    theirs,
    provider,
    made.body.secret,
    'correct horse',
    '123456',
    'path-secret',
    'query-secret',
    'cookie-secret',
  ])
    expect(text).not.toContain(secret);
});

test('what is called a secret is not written, at the top and three levels below', () => {
  const secret = 'open-sesame';
  const request = { headers: { authorization: secret, cookie: secret }, body: { password: secret } };
  log().info(
    { token: secret, password: secret, request, account: { name: 'anna', secret }, err: new Error('x') },
    'said',
  );
  expect(lines.join('')).not.toContain(secret);
  expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'said', token: '[not logged]', account: { name: 'anna' } });
});

test('a name with a line end begins no line', () => {
  log().warn({ name: 'x\r\n{"level":30,"msg":"forged"}' }, 'a\nb');
  expect(lines).toHaveLength(1);
  expect(lines[0]!.trimEnd().split('\n')).toHaveLength(1);
});

test('names and reasons with line ends and escapes of a terminal leave one line for each request, and nothing raw', async () => {
  const evil = 'x\r\n{"level":30,"msg":"forged"}\n\u001b[31m\u001b]0;owned\u0007\u0000\u007f\u009b31m\u2028';
  const { ask, world } = api;
  // The name of a token is that of the principal, which each line has.
  const token = await world.ports.tokens.create({
    name: evil,
    organizationId: world.ours.id,
    roles: ['Organization Management'],
  });
  const evilly = (path: string, body: object) => ask(token, 'POST', path, body);
  const made = await evilly('/connectors', { name: evil });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const asked = [
    made,
    await evilly(`/restricted-entities/${id}/restrict`, { reason: evil }),
    await evilly(`/restricted-entities/${id}/unblock`, { reason: evil }),
    await evilly(`/restricted-entities/${evil.replaceAll(/[^ -~]/g, encodeURIComponent)}/unblock`, { reason: evil }),
  ];
  expect(lines.map((line) => JSON.parse(line)).map(({ msg, principal }) => [msg, principal])).toEqual(
    asked.map(() => ['request', evil]),
  );
  for (const line of lines) expect(line).toMatch(/^\{[^\p{Cc}\u2028]*\}\n$/u);
});
