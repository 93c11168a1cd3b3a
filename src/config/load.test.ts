import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CordonError } from '../errors.ts';
import { variableFor, variableKeys } from './environment.ts';
import { loadConfig, parseConfig } from './load.ts';
import { defaultConfig } from './schema.ts';

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseConfig(text, { file: 'cordon.yaml', environment });

function problem(text: string, environment: Record<string, string> = {}): CordonError {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof CordonError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const complaints = (text: string, environment: Record<string, string> = {}) =>
  problem(text, environment).fields.map(({ path, message }) => `${path} ${message}`);

describe('cordon.yaml', () => {
  test('an empty file is a working configuration with the ports of the manual', () => {
    const config = parse('');
    expect(config).toEqual(defaultConfig());
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 5711 });
    expect(config.listeners.postfixPolicy.listen).toBe('127.0.0.1:5712');
    expect(config.listeners.milter.listen).toBe('127.0.0.1:5713');
    expect(config.listeners.smtpRelay.listen).toBe('127.0.0.1:2525');
    expect(config.listeners.smtpRelay.nextHop).toBeUndefined();
    expect(config.detection).toEqual({ threshold: 13, halfLifeHours: 12, gate: 3 });
  });

  test('a section whose keys are all commented out is an empty one', () => {
    expect(parse('http:\n  # port: 1\nlisteners:\n  milter:\n')).toEqual(defaultConfig());
  });

  test('the password of the mail server for notifications goes over no network in clear', () => {
    const login = 'user: cordon, password: x';
    expect(complaints(`notifications: { host: mail.example.com, ${login} }`)).toEqual([
      expect.stringMatching(/notifications\.tls must be required where there is a password/),
    ]);
    expect(complaints('notifications: { user: cordon }')).toEqual([
      expect.stringMatching(/notifications\.password and user belong together/),
    ]);
    expect(parse(`notifications: { host: mail.example.com, tls: required, ${login} }`).notifications.user).toBe(
      'cordon',
    );
    expect(parse(`notifications: { ${login} }`).notifications.host).toBe('127.0.0.1');
    expect(complaints('notifications: { from: "a@b\\r\\nBcc: c@d" }')).toEqual([
      expect.stringMatching(/notifications\.from must be a mail address/),
    ]);
  });

  test('every wrong key is named at once, with its line and what would be right', () => {
    const text = [
      'http:',
      '  port: 99999',
      '  tls: {}',
      'organization:',
      '  acceptedDomains: example.com',
      'whenUncertain: maybe',
      'detection:',
      '  gate: 2.5',
      'listeners:',
      '  trustedMailServers:',
      '    - 192.0.2.0/24',
      '    - mail.example.com',
      '    - 0.0.0.0/0',
    ].join('\n');
    expect(complaints(text).sort()).toEqual([
      'cordon.yaml:12 listeners.trustedMailServers.1 must be an address or an address block that is not the whole internet (192.0.2.7, 192.0.2.0/24, 2001:db8::/32)',
      'cordon.yaml:13 listeners.trustedMailServers.2 must be an address or an address block that is not the whole internet (192.0.2.7, 192.0.2.0/24, 2001:db8::/32)',
      'cordon.yaml:2 http.port must be at most 65535',
      'cordon.yaml:3 http.tls.certificateFile is missing: must be a text',
      'cordon.yaml:3 http.tls.keyFile is missing: must be a text',
      'cordon.yaml:5 organization.acceptedDomains must be a list, not a text',
      'cordon.yaml:6 whenUncertain must be one of: accept, defer',
      'cordon.yaml:8 detection.gate must be a whole number, not 2.5',
    ]);
    expect(problem(text).code).toBe('CONFIG_INVALID');
  });

  test.each([
    ['http: {prot: 1}', 'cordon.yaml:1 http.prot is not a key here: did you mean port?'],
    ['\n\nsubject: off', 'cordon.yaml:3 subject is not a key here: did you mean subjects?'],
    ['replies: {zzzzzzzzz: 1}', 'cordon.yaml:1 replies.zzzzzzzzz is not a key here; there are: contact, incident'],
  ])('an unknown key is an error with a suggestion: %j', (text, expected) => {
    expect(complaints(text)).toEqual([expected]);
  });

  test.each([
    ['a: [', /^cordon\.yaml:1 is not YAML: /],
    ['http:\n  port: 1\n  port: 2', /^cordon\.yaml:3 is not YAML: Map keys must be unique/],
    ['- a list', /^cordon\.yaml:1 must be keys and values/],
    ['just text', /^cordon\.yaml:1 must be keys and values/],
    ['a: *nobody', /is not YAML: Unresolved alias/],
  ])('%j is no configuration', (text, expected) => {
    expect(complaints(text)[0]).toMatch(expected);
  });

  test('the relay listens on no Unix socket, and every door may be off', () => {
    expect(complaints('listeners: {smtpRelay: {listen: "unix:/run/relay"}}')).toEqual([
      'cordon.yaml:1 listeners.smtpRelay.listen must be ADDRESS:PORT (127.0.0.1:2525, 0.0.0.0:25) or off',
    ]);
    const off = '{listen: off}';
    expect(parse(`listeners: {smtpRelay: ${off}, milter: ${off}, postfixPolicy: ${off}}`)).toBeDefined();
  });

  test('SpamAssassin is believed only with a secret', () => {
    expect(complaints('contentFilter: {kind: spamassassin-headers}')).toEqual([
      'cordon.yaml:1 contentFilter.secret is missing: spamassassin-headers needs the secret that SpamAssassin writes into its header',
    ]);
  });

  test('two accounts cannot have one login', () => {
    const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
    const account = `passwordHash: "${hash}"`;
    const text = `listeners:\n  smtpRelay:\n    accounts:\n      - {login: a, ${account}}\n      - {login: A, ${account}}`;
    expect(complaints(text)).toEqual(['cordon.yaml:3 listeners.smtpRelay.accounts must have a login of its own each']);
  });

  test('whatever the file holds, the answer is a configuration or a coded error', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(tie('any')), tie('map')),
      map: fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('http', 'port', 'listeners', 'milter', '__proto__', 'detection', 'tls')),
        tie('any'),
      ),
    }));
    const text = fc.oneof(
      fc.string(),
      value.any.map((v) => JSON.stringify(v)),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parse(written);
        } catch (error) {
          expect(error).toBeInstanceOf(CordonError);
          expect((error as CordonError).fields.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the environment', () => {
  test('overrides every key by its systematic name', () => {
    expect(variableFor(['http', 'port'])).toBe('CORDON_HTTP_PORT');
    const config = parse('http: {port: 1}\nsubjects: off', {
      CORDON_HTTP_PORT: '8080',
      CORDON_LISTENERS_SMTP_RELAY_NEXT_HOP_HOST: 'mail.example.com',
      CORDON_ORGANIZATION_ACCEPTED_DOMAINS: 'example.com, example.org',
      CORDON_REPLIES_INCIDENT: 'true',
      CORDON_LISTENERS_SMTP_RELAY_ACCOUNTS: '[]',
      CORDON_SUBJECTS: '',
    });
    expect(config.http.port).toBe(8080);
    expect(config.listeners.smtpRelay.nextHop).toEqual({ host: 'mail.example.com', port: 25, tls: 'opportunistic' });
    expect(config.organization.acceptedDomains).toEqual(['example.com', 'example.org']);
    expect(config.replies.incident).toBe(true);
    expect(config.subjects).toBe('off');
  });

  test('no two keys have the same variable', () => {
    const keys = [...variableKeys().values()].map((key) => key.path.join('.'));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(30);
  });

  test('mistakes name the variable', () => {
    expect(complaints('', { CORDON_HTTP_PORT: 'http', CORDON_HTTP_PRT: '1', CORDON_REPLIES_INCIDENT: 'yes' })).toEqual([
      'environment: CORDON_HTTP_PORT must be a number, not a text',
      'environment: CORDON_REPLIES_INCIDENT must be true or false, not a text',
      'environment: CORDON_HTTP_PRT sets no key of the configuration: did you mean CORDON_HTTP_PORT?',
    ]);
  });

  test('the variables of the commands, of Kubernetes and of others are no mistakes', () => {
    const environment = {
      CORDON_TOKEN: 'x',
      CORDON_URL: 'x',
      CORDON_SERVICE_HOST: '10.0.0.1',
      CORDON_PORT_5711_TCP_ADDR: '10.0.0.1',
      HTTP_PORT: '1',
    };
    expect(parse('', environment)).toEqual(defaultConfig());
  });

  test('--data is stronger than both', () => {
    const config = parseConfig('dataDirectory: /a', {
      file: 'cordon.yaml',
      environment: { CORDON_DATA_DIRECTORY: '/b' },
      dataDirectory: '/c',
    });
    expect(config.dataDirectory).toBe('/c');
  });
});

describe('who may reach the doors', () => {
  test.each([
    ['listeners: {milter: {listen: "0.0.0.0:5713"}}', 'listeners.milter.listen'],
    ['listeners: {postfixPolicy: {listen: "192.0.2.1:5712"}}', 'listeners.postfixPolicy.listen'],
    ['listeners: {postfixPolicy: {listen: "[2001:db8::1]:5712"}}', 'listeners.postfixPolicy.listen'],
    ['http: {host: 0.0.0.0}', 'http.host'],
    ['http: {host: "::"}', 'http.host'],
    ['http: {host: cordon.example.com}', 'http.host'],
  ])('%s does not start', (text, path) => {
    const error = problem(text);
    expect(error.code).toBe('LISTEN_UNTRUSTED');
    expect(error.fields.map((field) => field.path)).toEqual([`cordon.yaml:1 ${path}`]);
  });

  test.each([
    'listeners: {milter: {listen: "[::1]:5713"}, postfixPolicy: {listen: "127.0.0.2:5712"}}',
    'listeners: {milter: {listen: "unix:/run/cordon/milter"}, postfixPolicy: {listen: off}}',
    'listeners: {milter: {listen: "0.0.0.0:5713"}, trustedMailServers: [192.0.2.25]}',
    'listeners: {smtpRelay: {listen: "0.0.0.0:2525"}}',
    'http: {host: 0.0.0.0, trustedProxies: [192.0.2.80]}',
    'http: {host: 0.0.0.0, tls: {certificateFile: c, keyFile: k}}',
    'http: {host: localhost}',
  ])('%s may start', (text) => {
    expect(parse(text)).toBeDefined();
  });
});

describe('the file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('that was named must be there', async () => {
    const file = join(folder, 'missing.yaml');
    await expect(loadConfig({ file, environment: {} })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: `${file} cannot be read (ENOENT)`,
    });
  });

  test('is named in its mistakes', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'http:\n  port: x\n');
    await expect(loadConfig({ file, environment: {} })).rejects.toThrow(`${file}:2 http.port must be a number`);
  });
});
