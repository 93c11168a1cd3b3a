// cordon account list | add | set | remove, cordon session list | revoke: who may sign in, and who has.
import type { Command } from 'commander';
import { CordonError } from '../../errors.ts';
import type { Page } from '../api-client.ts';
import { type ApiCommand, type CommandLine, overApi } from '../command-line.ts';
import { accountId, organizationId } from '../resolve.ts';
import type { AccountView, SessionView } from '../resources.ts';
import { shortened, shown, table } from '../terminal.ts';
import { localTime } from '../times.ts';

type WithPassword = AccountView & { readonly oneTimePassword: string };

interface SetOptions {
  readonly name?: string;
  readonly mail?: string;
  readonly role?: readonly string[];
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly resetPassword?: boolean;
  readonly resetTotp?: boolean;
}

export function addAccountCommands(program: Command, line: CommandLine): void {
  const account = program.command('account').description('Accounts: who may sign in, and with which roles.');
  list(account, line);
  add(account, line);
  set(account, line);
  overApi(
    account
      .command('remove')
      .description('Delete an account; its sessions and API tokens open nothing any more.')
      .argument('<ACCOUNT>', 'name or GUID'),
    line,
    async ({ api, show }, [which]) => {
      const id = await accountId(api, which!);
      await api.delete(`/accounts/${id}`);
      show({ id }, () => `account ${shown(which!)} is gone.\n`);
    },
  );
  addSessionCommands(program, line);
}

function list(account: Command, line: CommandLine): void {
  overApi(account.command('list').description('List the accounts.'), line, async ({ api, show }) => {
    const { items } = await api.get<Page<AccountView>>('/accounts');
    show(items, (rows) =>
      table(
        rows,
        [
          ['NAME', (a) => a.name],
          ['ROLES', (a) => a.roles.join(', ')],
          ['MAIL', (a) => a.mail ?? ''],
          ['ORGANIZATION', (a) => a.organizationId ?? 'all'],
          ['STATE', stateOf],
          ['LAST SIGN-IN', (a) => localTime(a.lastSignInAt)],
          ['ID', (a) => a.id],
        ],
        'There are no accounts: nobody can sign in.',
      ),
    );
  });
}

function stateOf({ enabled, mustChangePassword, kind, hasSecondFactor }: AccountView): string {
  if (!enabled) return 'disabled';
  if (mustChangePassword) return 'must change password';
  if (kind === 'federated') return 'signs in at its provider';
  return hasSecondFactor ? 'second factor' : 'enabled';
}

function add(account: Command, line: CommandLine): void {
  overApi<{ mail?: string; role?: readonly string[]; organization?: string }>(
    account
      .command('add')
      .description('Create an account and print its one-time password, which is shown only now.')
      .argument('<NAME>', 'what it signs in with')
      .option('--mail <ADDRESS>', 'where notifications for administrators go')
      .option('--role <ROLE...>', 'for example "Security Administrator"; none: it may nothing')
      .option('--organization <ORGANIZATION>', 'name or GUID; without it: as whoever creates it'),
    line,
    async (to, [name], { mail, role = [], organization }) => {
      const of = organization === undefined ? undefined : await organizationId(to.api, organization);
      const body = { name, mail, roles: role, organizationId: of };
      sayPassword(to, await to.api.post<WithPassword>('/accounts', body));
    },
  );
}

function set(account: Command, line: CommandLine): void {
  overApi<SetOptions>(
    account
      .command('set')
      .description('Change an account.')
      .argument('<ACCOUNT>', 'name or GUID')
      .option('--name <NAME>', 'what it signs in with')
      .option('--mail <ADDRESS>', "where notifications for administrators go; '' for none")
      .option('--role <ROLE...>', "all its roles from now on; '' for none")
      .option('--enable', 'let it sign in')
      .option('--disable', 'end its sessions, and let it sign in no more')
      .option('--reset-password', 'give it a one-time password, which is shown only now')
      .option('--reset-totp', 'take its second factor away'),
    line,
    async (to, [which], options) => {
      const { name, mail, role, enable, disable, resetPassword, resetTotp } = options;
      const { api, show } = to;
      const path = `/accounts/${await accountId(api, which!)}`;
      const changes = {
        name,
        mail: mail === '' ? null : mail,
        roles: role?.filter((each) => each !== ''),
        enabled: enable === true ? true : disable === true ? false : undefined,
      };
      const isChange = Object.values(changes).some((value) => value !== undefined);
      let changed = isChange ? await api.patch<AccountView>(path, changes) : undefined;
      if (resetTotp === true) changed = await api.post<AccountView>(`${path}/reset-totp`, {});
      if (resetPassword === true) return sayPassword(to, await api.post<WithPassword>(`${path}/reset-password`, {}));
      show(changed ?? (await api.get<AccountView>(path)), (a) => `account ${shown(a.name)}: ${whatIs(a)}.\n`);
    },
  );
}

function whatIs({ roles, mail, ...account }: AccountView): string {
  return shown([stateOf({ roles, ...account }), mail ?? 'no mail address', roles.join(', ') || 'no role'].join('; '));
}

/** On standard output alone, so that a script can catch it. */
function sayPassword({ show, stderr }: ApiCommand, made: WithPassword): void {
  show(made, ({ oneTimePassword }) => `${oneTimePassword}\n`);
  stderr.write(`The password of ${shown(made.name)}, shown only now; it must be changed at the next sign-in.\n`);
}

function addSessionCommands(program: Command, line: CommandLine): void {
  const session = program.command('session').description('Sessions: where somebody is signed in.');
  overApi<{ account?: string }>(
    session.command('list').description('List the sessions.').option('--account <ACCOUNT>', 'name or GUID'),
    line,
    async ({ api, show }, _, { account }) => {
      const of = account === undefined ? 'all' : await accountId(api, account);
      const { items } = await api.get<Page<SessionView>>('/sessions', { accountId: of });
      show(items, (rows) =>
        table(
          rows,
          [
            ['ACCOUNT', (s) => s.accountName],
            ['ADDRESS', (s) => s.clientAddress],
            ['SINCE', (s) => localTime(s.createdAt)],
            ['LAST SEEN', (s) => localTime(s.lastSeenAt)],
            ['BROWSER', (s) => shortened(s.userAgent, 40)],
            ['ID', (s) => s.id],
          ],
          'Nobody is signed in.',
        ),
      );
    },
  );
  overApi<{ account?: string }>(
    session
      .command('revoke')
      .description('End a session, or all of an account.')
      .argument('[ID]', 'GUID of the session')
      .option('--account <ACCOUNT>', 'all of this account: name or GUID'),
    line,
    async ({ api, show }, [id], { account }) => {
      if (account !== undefined) {
        const of = await accountId(api, account);
        await api.delete(`/sessions?accountId=${of}`);
        show({ accountId: of }, () => `${shown(account)} is signed out everywhere.\n`);
        return;
      }
      if (id === undefined) throw new CordonError('INVALID_REQUEST', 'give the id of a session, or --account');
      await api.delete(`/sessions/${encodeURIComponent(id)}`);
      show({ id }, () => `session ${shown(id)} is over.\n`);
    },
  );
}
