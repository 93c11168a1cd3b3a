import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { aMessageRecord, EVIDENCE, NOW } from '../../../test/api-world.ts';
import { aCommandWorld } from '../../../test/command-world.ts';
import { aClient } from '../../../test/factories.ts';

const commands = await aCommandWorld();
const { world, url, called, run, cordon, json, aConnector } = commands;
afterAll(() => commands.close());
beforeEach(() => {
  for (const list of Object.values(called)) list.length = 0;
});

describe('who is restricted', () => {
  test('a connector is restricted by name, listed, shown and unblocked', async () => {
    const { id, name } = await aConnector();
    const made = await cordon('restrict', name, '--reason', 'stolen', '--until', '4h');
    expect(made).toEqual({
      status: 0,
      err: '',
      out: `connector ${name} is restricted until 2026-11-22 13:00:00+01:00.\n`,
    });

    const list = await cordon('blocked');
    const [head, row] = list.out.split('\n');
    expect(head).toMatch(/^KIND +NAME +SINCE +UNTIL +CAUSE +REASON +ID$/);
    expect(row).toMatch(new RegExp(`^connector +${name} +2026-11-22 09:00:00\\+01:00 .*manual +stolen +${id}$`));
    expect(row!.indexOf('stolen')).toBe(head!.indexOf('REASON'));

    const sheet = (await cordon('blocked', 'show', name)).out;
    expect(sheet).toMatch(new RegExp(`^connector +${name}\n`));
    expect(sheet).toContain('restricted since  2026-11-22 09:00:00+01:00');

    expect(sheet).toMatch(/What to do:\n1\. See what was sent\. .*\n {5}cordon blocked show /);

    const ended = await cordon('unblock', name, '--reason', 'found', '--grace', '4', '--learn');
    expect(ended.err).toMatch(/^Done already\? See what was sent; .*\.\n$/);
    expect(ended).toMatchObject({ status: 0, out: `connector ${name} may send again.\n` });
    expect(await json('blocked')).toEqual([]);
    const [past] = await world.store.restrictions.list({ entityId: id, limit: 1 });
    expect(past?.ended).toMatchObject({ by: 'provider', reason: 'found', graceHours: 4, learn: true });
    expect((await cordon('blocked', 'list', '--all')).out).toContain(name);
  });

  test('the evidence is shown with the messages that tell most', async () => {
    const { id } = await aConnector();
    const entity = world.ports.directory.connector(id)!;
    await world.ports.restrictions.restrict({
      entity,
      cause: 'detection',
      reason: 'r',
      by: 'Cordon',
      evidence: EVIDENCE,
    }).settled;
    const { out } = await cordon('blocked', 'show', id);
    expect(out).toContain('evidence   14.3, threshold 13\n');
    expect(out).toMatch(/^recipients +8\.5 +new recipients 97 % against 21 % usual +<8@ours\.example> \(3\.2\)$/m);
    await cordon('unblock', id);
  });

  test('unblocking what is not restricted is status 3', async () => {
    const { id, name } = await aConnector();
    for (const which of [id, name, '159eb7c4-75d7-43e2-95fe-ced44b3e0a56']) {
      const { status, err, out } = await cordon('unblock', which);
      expect([status, out]).toEqual([3, '']);
      expect(err).toMatch(
        /^cordon: NOT_RESTRICTED: .+\nThe entity is not restricted \(any more\): `cordon blocked` lists what is\.\n$/,
      );
    }
  });

  test('a name that two have is status 6, and both ids are told', async () => {
    const { directory } = world.ports;
    const { id: ours } = await aConnector(['--login', 'twin']);
    await directory.setConnector(ours, { name: 'twin' });
    const { status, err } = await cordon('restrict', 'twin');
    expect(status).toBe(6);
    expect(err).toContain('AMBIGUOUS_NAME: 2 are called twin: ');
    expect(err).toContain(ours);
    expect((await cordon('restrict', ours)).status).toBe(0);
    expect((await cordon('restrict', ours)).err).toContain('ALREADY_RESTRICTED');
    expect((await cordon('unblock', 'twin')).status).toBe(0);
    await cordon('connector', 'remove', ours);
  });

  test('nothing that came with a name steers the terminal', async () => {
    const { id } = await aConnector();
    await cordon('restrict', id, '--reason', 'a\u001b[2Jb\nc\u202ed');
    const { out } = await cordon('blocked', 'list');
    expect(out).toContain('a\\x1b[2Jb\\x0ac\\u202ed');
    expect(out).not.toContain('\u001b');
    await cordon('unblock', id);
  });
});

describe('connectors', () => {
  test('are added with what they are recognized by, changed and removed', async () => {
    const { id, name } = await aConnector([
      '--address',
      '203.0.113.1',
      '203.0.113.2',
      '--login',
      'app',
      '--mode',
      'observe',
      '--ndr',
    ]);
    expect(world.ports.directory.connector(id)).toMatchObject({
      senderIpAddresses: ['203.0.113.1/32', '203.0.113.2/32'],
      saslUsernames: ['app'],
      mode: 'observe',
      ndr: true,
    });
    const changed = await cordon(
      'connector',
      'set',
      name,
      '--mode',
      'enforce',
      '--no-ndr',
      '--no-enabled',
      '--address',
      '203.0.113.9',
    );
    expect(changed.status).toBe(0);
    expect(changed.out).toMatch(/disabled +enforce +OnPremises +app, 203\.0\.113\.9\/32/);
    expect(world.ports.directory.connector(id)).toMatchObject({ ndr: false, enabled: false, name });
    expect((await cordon('connector', 'list')).out).toMatch(new RegExp(`^${name} +disabled`, 'm'));
    expect((await cordon('connector', 'remove', name)).status).toBe(0);
    expect((await cordon('connector', 'remove', name)).status).toBe(3);
  });

  test('errors of the API come with their code, advice and status', async () => {
    const taken = await cordon(
      'connector',
      'add',
      'x',
      '--organization',
      world.ours.id,
      '--address',
      '198.51.100.0/25',
    );
    expect(taken).toEqual({
      status: 6,
      out: '',
      err: 'cordon: IDENTITY_TAKEN: 198.51.100.0/25 is taken\nThis address block, certificate, login or domain already belongs to a connector or an organization: remove it there first.\n',
    });
    const short = await cordon('connector', 'add', 'x', '--organization', world.ours.id, '--address', '10.0.0.0/8');
    expect([short.status, short.err]).toEqual([2, expect.stringContaining('PREFIX_TOO_SHORT')]);
    expect((await cordon('connector', 'set', 'branch office')).err).toContain('nothing to change');
  });

  test('are made of what was discovered, in observe, and leave the list', async () => {
    world.ports.discovery.note(aClient({ clientAddress: '203.0.113.77' }), 5, NOW);
    expect((await cordon('connector', 'discover')).out).toMatch(/^203\.0\.113\.77 .* 5 /m);
    const tenant = await run(['connector', 'discover', '--add', '203.0.113.77'], {
      CORDON_URL: url,
      CORDON_TOKEN: world.secrets.ours,
    });
    expect(tenant.status).toBe(3);
    const made = await cordon(
      'connector',
      'discover',
      '--add',
      '203.0.113.77',
      '--name',
      'ghost',
      '--organization',
      world.ours.id,
    );
    expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/ghost +clear +observe/) });
    expect((await cordon('connector', 'discover')).out).toBe('Nobody relays without a connector.\n');
    expect(made.out).toContain('cordon connector set ghost --mode enforce\n');
    await cordon('connector', 'remove', 'ghost');
  });

  test('local submission is discovered and claimed under a name of its own', async () => {
    world.ports.discovery.note(aClient({ clientAddress: '127.0.0.1', clientPort: 0, isLocalSubmission: true }), 9, NOW);
    expect((await cordon('connector', 'discover')).out).toMatch(
      /^local-submission .*--add local-submission --name NAME$/ms,
    );
    const to = ['--organization', world.ours.id];
    const made = await cordon('connector', 'discover', '--add', 'local-submission', '--name', "cron's", ...to);
    expect(made.out).toMatch(/cron's +clear +observe +OnPremises +local-submission/);
    expect(made.out).toContain(`cordon trace --entity 'cron'"'"'s'\n`);
    expect((await cordon('connector', 'discover')).out).not.toContain('local-submission');
    expect((await cordon('connector', 'add', 'x', '--local-submission', ...to)).err).toContain('IDENTITY_TAKEN');
    await cordon('connector', 'set', "cron's", '--no-local-submission');
    expect((await cordon('connector', 'add', 'x', '--local-submission', ...to)).status).toBe(0);
    for (const name of ['x', "cron's"]) await cordon('connector', 'remove', name);
  });
});

describe('domains, windows, tokens and the trace', () => {
  test('a domain is added, listed and removed', async () => {
    expect((await cordon('domain', 'add', 'Neu.Example', '--organization', world.ours.id)).out).toBe(
      'neu.example is an accepted domain.\n',
    );
    expect((await cordon('domain', 'list')).out).toMatch(/^neu\.example +0-9a-f|^neu\.example /m);
    expect((await cordon('domain', 'remove', 'neu.example')).status).toBe(0);
    expect((await cordon('domain', 'remove', 'neu.example')).status).toBe(3);
  });

  test('a window is opened and closed', async () => {
    const made = await cordon('window', 'add', 'branch office', '--until', '2d', '--reason', 'newsletter');
    expect(made.status).toBe(0);
    const [window] = await json('window', 'list');
    expect(window).toMatchObject({ until: '2026-11-24T08:00:00.000Z', reason: 'newsletter' });
    expect((await cordon('window', 'remove', window.id)).status).toBe(0);
    const long = await cordon('window', 'add', 'branch office', '--until', '8d', '--reason', 'x');
    expect([long.status, long.err]).toEqual([2, expect.stringContaining('at most 7 days')]);
  });

  test('a token is created, works, is listed without its secret and revoked', async () => {
    const made = await cordon('token', 'create', 'cli test', '--organization', world.ours.id, '--expires', '1d');
    expect(made.out).toMatch(/^cordon_[\w-]{43}\n$/);
    expect(made.err).toContain('not shown again');
    const env = { CORDON_URL: url, CORDON_TOKEN: made.out.trim() };
    expect((await run(['connector', 'list'], env)).out).not.toContain('shop');
    const list = (await cordon('token', 'list')).out;
    expect(list).toMatch(
      /^cli test +[\w-]+ +Organization Management +local administrator +(2026-11-22 09:00:00\+01:00 +2026-11-23 09:00:00\+01:00) +2026-11-22/m,
    );
    expect(list).not.toContain(made.out.trim());
    expect((await cordon('token', 'revoke', 'cli test')).status).toBe(0);
    expect((await run(['connector', 'list'], env)).status).toBe(4);
  });

  test('a token is good for 90 days, and until revoked where the local administrator says so', async () => {
    const usual = await cordon('token', 'create', 'usual');
    expect(usual.err).toContain('not shown again. It is good until 2027-02-20 09:00:00+01:00.');
    const lasting = await cordon('token', 'create', 'lasting', '--expires', 'never');
    expect(lasting.err).toContain('It is good until it is revoked.');
    expect((await cordon('token', 'list')).out).toMatch(/^lasting .* never +never +[\w-]+$/m);
    const long = await cordon('token', 'create', 'x', '--expires', '400d');
    expect([long.status, long.err]).toEqual([2, expect.stringContaining('expiresAt must be at most 366 days ahead')]);
    for (const name of ['usual', 'lasting']) expect((await cordon('token', 'revoke', name)).status).toBe(0);
  });

  test('a token of named roles may what they may, and does not hide that it sees no subjects', async () => {
    const to = ['--organization', world.ours.id];
    const made = await cordon('token', 'create', 'watcher', ...to, '--role', 'global reader', 'Security Reader');
    const env = { CORDON_URL: url, CORDON_TOKEN: made.out.trim() };
    expect((await cordon('token', 'list')).out).toMatch(
      /^watcher +[\w-]+ +Global Reader, Security Reader .* never +[\w-]+$/m,
    );
    const { status, err } = await run(['restrict', 'branch office'], env);
    expect([status, err]).toEqual([4, expect.stringContaining('watcher may not restrict and unblock')]);
    world.store.journal.append(aMessageRecord(world.ourConnector, 0));
    const traced = await run(['trace', '--json'], env);
    expect(traced.err).toContain('Subjects are hidden');
    expect(traced.out).not.toContain('"subject"');
    expect((await cordon('trace', '--json')).err).not.toContain('hidden');
    const wrong = await cordon('token', 'create', 'x', '--role', 'Boss');
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('roles[0] must be one of: Global Admin')]);
  });

  test('the trace shows what became of messages, as many as asked for', async () => {
    for (let seq = 1; seq <= 5; seq++) world.store.journal.append(aMessageRecord(world.ourConnector, seq));
    const { out, err } = await cordon('trace', '--entity', 'branch office', '--limit', '3', '--from', '1d');
    expect(out.split('\n').length).toBe(5);
    expect(out).toMatch(
      /^2026-11-22 08:43:25\+01:00 +accepted +branch office +192\.0\.2\.10 +anna@ours\.example +bob@far\.example +unknown +250$/m,
    );
    expect(err).toBe('There are more than 3: narrow the search, or raise --limit.\n');
    expect((await json('trace', '--recipient', 'bob@far.example')).length).toBe(5);
    expect((await cordon('trace', '--sender', 'nobody@x.example')).out).toBe('No messages.\n');
    expect((await cordon('audit', '--limit', '200')).out).toMatch(/provider +127\.0\.0\.1 +Get-MessageTrace/);
  });

  test('a long trace is read page by page, and no longer than asked for', async () => {
    for (let seq = 10; seq < 1_200; seq++) world.store.journal.append(aMessageRecord(world.theirConnector, seq));
    const env = { CORDON_URL: url, CORDON_TOKEN: world.secrets.theirs };
    const { out, err } = await run(['trace', '--limit', '1100'], env);
    expect(out.trimEnd().split('\n').length).toBe(1_101);
    expect(err).toContain('more than 1100');
  });

  test('a time that is none is wrong usage', async () => {
    const { status, err } = await cordon('trace', '--from', 'yesterday');
    expect([status, err]).toEqual([2, expect.stringContaining('--from must be a time')]);
  });
});
