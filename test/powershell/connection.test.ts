// Connect-Cordon and Disconnect-Cordon: who one is then, where nothing is sent, and what is said when it does not work.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../src/access/account.ts';
import { hashPassword } from '../../src/access/password.ts';
import { fromBase32, hotp } from '../../src/access/totp.ts';
import { Connected } from './connected.ts';
import { withEachPowerShell } from './powershell.ts';

const PASSWORD = 'correct horse battery';

withEachPowerShell('the connection', (engine) => {
  let connected: Connected;
  beforeAll(async () => {
    connected = await Connected.open(engine);
    await connected.block();
  });
  afterAll(() => connected.close());
  beforeEach(() => connected.reset());
  const lines = (line: string, ...answers: readonly string[]) => connected.lines(line, ...answers);
  const connect = (more: string, ...answers: readonly string[]) =>
    connected.run(`Connect-Cordon -Uri ${connected.url} ${more}`, ...answers);
  const names = () => lines('(Get-BlockedConnector).ConnectorName');
  const lastError = () => lines('$Error.Count; $Error[0].FullyQualifiedErrorId; "$($Error[0].CategoryInfo.Category)"');

  async function aPerson(name: string): Promise<Account> {
    const { accounts } = connected.world.ports;
    const passwordHash = await hashPassword(PASSWORD);
    const roles = ['Security Administrator'] as const;
    const account = await accounts.add(
      { name, organizationId: connected.world.ours.id, roles, passwordHash },
      undefined,
    );
    return name === 'new' ? account : accounts.setPassword(account.id, passwordHash, 'himself');
  }

  test('before it, and after it has ended, a command says what to do', async () => {
    const words = ['Get-BlockedConnector: There is no connection to Cordon. Run Connect-Cordon first.'];
    expect(await lines('Get-BlockedConnector')).toEqual(words);
    expect(await lastError()).toEqual(['1', 'NotConnected,Get-BlockedConnector', 'ConnectionError']);
    await connect(`-Token ${connected.world.secrets.ours}`);
    expect(await names()).toEqual(['branch office']);
    expect((await connected.run('Disconnect-Cordon; Disconnect-Cordon')).output).toBe('');
    expect(await lines('Get-BlockedConnector')).toEqual(words);
  });

  test('a token opens it, as String and as SecureString, and prints nothing', async () => {
    expect((await connect(`-Token ${connected.world.secrets.ours}`)).output).toBe('');
    expect(await names()).toEqual(['branch office']);
    await lines(
      `$secure = [securestring]::new(); '${connected.world.secrets.ours}'.ToCharArray().ForEach{ $secure.AppendChar($_) }`,
    );
    expect((await connect('-Token $secure')).output).toBe('');
    expect(await names()).toEqual(['branch office']);
  });

  test('a token that is not valid, or none at all, opens nothing, and ends the connection before it', async () => {
    await connect(`-Token ${connected.world.secrets.ours}`);
    expect((await connect('-Token unknown')).output).toBe(
      'Connect-Cordon: The API token is not valid: it is unknown, expired or revoked.\n',
    );
    expect(await lastError()).toEqual(['1', 'Unauthorized,Connect-Cordon', 'AuthenticationError']);
    expect((await connect("-Token 'two words'")).output).toBe('Connect-Cordon: This is no API token.\n');
    expect((await lines('Get-BlockedConnector'))[0]).toContain('There is no connection');
  });

  test('a token that is revoked meanwhile ends the command, and whatever runs in its try block', async () => {
    const { ports, ours } = connected.world;
    const { secret, token } = await ports.tokens.create({
      name: 'short',
      organizationId: ours.id,
      roles: ['Global Reader'],
    });
    await connect(`-Token ${secret}`);
    await ports.tokens.revoke(token.id);
    expect(await lines('try { Get-BlockedConnector; "on" } catch { $_.FullyQualifiedErrorId; "$_" }')).toEqual([
      'Unauthorized,Get-BlockedConnector',
      'The API token is not valid: it is unknown, expired or revoked.',
    ]);
  });

  test('name and password sign in, change things, and are signed out again', async () => {
    await aPerson('anna');
    const { output, prompts } = await connect('-Credential anna', PASSWORD);
    expect(output).toBe('');
    expect(prompts).toHaveLength(1);
    expect(await names()).toEqual(['branch office']);
    expect(
      (await connected.run(`Remove-BlockedConnector -ConnectorId ${connected.world.ourConnector.id}`)).output,
    ).toBe('');
    expect(connected.isBlocked()).toBe(false);
    await connected.block();
    await lines('Disconnect-Cordon');
    const operations = (await connected.world.store.audit.list({ limit: 1_000 })).map(({ operation }) => operation);
    expect(operations.filter((operation) => operation.startsWith('UserLogged'))).toEqual([
      'UserLoggedOut',
      'UserLoggedIn',
    ]);
  });

  test('a wrong password, and one that somebody else set, open nothing', async () => {
    await aPerson('bruno');
    await aPerson('new');
    expect((await connect('-Credential bruno', 'wrong')).output).toBe(
      'Connect-Cordon: Name, password or code is wrong. Check name, password and code. An administrator can reset them.\n',
    );
    expect(await lastError()).toEqual(['1', 'SignInFailed,Connect-Cordon', 'AuthenticationError']);
    expect((await connect('-Credential new', PASSWORD)).output).toContain('Somebody else set this password');
  });

  test('a second factor is asked for, and its code given with -Code', async () => {
    const account = await aPerson('carla');
    await connected.world.ports.accounts.setTotp(account.id, 'GEZDGNBVGY3TQOJQ', undefined);
    expect((await connect('-Credential carla', PASSWORD)).output).toMatch(
      /^Connect-Cordon: A code of the authenticator app/,
    );
    expect(await lastError()).toEqual(['1', 'SecondFactorNeeded,Connect-Cordon', 'AuthenticationError']);
    const code = hotp(fromBase32('GEZDGNBVGY3TQOJQ'), Math.floor(connected.world.clock.now / 30_000));
    expect((await connect(`-Credential carla -Code ${code}`, PASSWORD)).output).toBe('');
    expect(await names()).toEqual(['branch office']);
  });

  test('who sees several organizations says which: by name, id or accepted domain', async () => {
    const { secrets, ours, ourConnector } = connected.world;
    const provider = `-Token ${secrets.provider}`;
    expect((await connect(provider)).output).toBe(
      'Connect-Cordon: You see 2 organizations. Say with -Organization which one to work on: Ours, Theirs.\n',
    );
    for (const named of ['ours', ours.id, 'OURS.example']) {
      expect((await connect(`${provider} -Organization ${named}`)).output).toBe('');
      expect(await names()).toEqual([ourConnector.name]);
    }
    await connect(`${provider} -Organization Theirs`);
    expect((await connected.run('Get-BlockedConnector')).output).toBe('');
    await connect(`${provider} -Organization nobody.example`);
    expect(await lines('Get-BlockedConnector')).toEqual([
      "Get-BlockedConnector: There is no tenant 'nobody.example', or it is not yours. Give the id of your organization, or one of its accepted domains.",
    ]);
  });

  test('nothing is sent unencrypted to another machine, unless that is asked for', async () => {
    const { output } = await connected.run('Connect-Cordon -Uri http://cordon.contoso.com -Token x');
    expect(output).toContain('http://cordon.contoso.com/ is not encrypted');
    expect(await lastError()).toEqual(['1', 'UnencryptedAuthentication,Connect-Cordon', 'SecurityError']);
    // An address that is not called loopback, and yet does not leave this machine: nobody listens, but it was tried.
    const tried = await connected.run('Connect-Cordon -Uri http://0.0.0.0:1 -Token x -AllowUnencryptedAuthentication');
    expect(tried.output).toContain('Cordon at http://0.0.0.0:1 cannot be reached');
  });

  test.each(['contoso', 'ftp://contoso.com', 'https://anna:secret@contoso.com'])(
    'an address that is none is told: %s',
    async (uri) => {
      const { output } = await connected.run(`Connect-Cordon -Uri ${uri} -Token x`);
      expect(output).toContain('The Uri must be the address of Cordon');
    },
  );

  test('where nobody listens, the message says so', async () => {
    expect((await connected.run('Connect-Cordon -Uri http://127.0.0.1:1 -Token x')).output).toMatch(
      /^Connect-Cordon: Cordon at http:\/\/127\.0\.0\.1:1 cannot be reached: Connection refused.*\n$/,
    );
  });

  test('what is not Cordon gets the token once, and a redirect takes it nowhere', async () => {
    const asked: string[] = [];
    const stranger: Server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(asked.length === 1 ? 302 : 502, { location: '/elsewhere' }).end('<html>Bad gateway</html>');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const line = `Connect-Cordon -Uri ${url} -Token x`;
    expect((await connected.run(line)).output).toBe(
      `Connect-Cordon: What answers at ${url} is not Cordon, or stands in front of it: 302 Found.\n`,
    );
    expect((await connected.run(line)).output).toContain('502 Bad Gateway');
    expect(asked).toEqual(['/api/v1/session', '/api/v1/session']);
    await new Promise((resolve) => stranger.close(resolve));
  });
});
