// /session: who asks, what he may, and what he does about his own password, second factor and sign-out.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import { refuseWeakPassword } from '../access/new-password.ts';
import { hashPassword } from '../access/password.ts';
import type { Session } from '../access/session.ts';
import { principalOf } from '../access/sessions.ts';
import { otpauthUri, spentStep, TOTP_SECRET_BYTES, toBase32 } from '../access/totp.ts';
import { CordonError } from '../errors.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { cookiesOf } from './cookies.ts';
import type { ApiPorts } from './ports.ts';
import { presentWho, whoSchema } from './session-view.ts';
import { limited } from './sign-in.ts';
import { recordSignIn } from './sign-in-records.ts';

const password = z.string().min(1).max(1_024);
/** A second factor that is not confirmed for so long must be begun anew. */
const CONFIRM_WITHIN_MS = 10 * 60_000;
const beforePasswordChange = { beforePasswordChange: true } as const;

export function session(api: Api, ports: ApiPorts): void {
  api.get(
    '/session',
    {
      config: beforePasswordChange,
      schema: { summary: 'Who asks, and what he may do', response: { 200: whoSchema, ...refusals } },
    },
    async ({ principal, session }) => presentWho(principal, session, ports),
  );

  api.delete(
    '/session',
    {
      config: beforePasswordChange,
      schema: { summary: 'Sign out', response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { account, session } = whoSignedIn(request, ports);
      await ports.sessions.end(session.id);
      cookiesOf(request, ports.publicUrl).write(reply, 'cordon-session', '', 0);
      await recordSignIn(ports, request, {
        operation: 'UserLoggedOut',
        account,
        name: account.name,
        method: 'session',
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/session/password',
    {
      config: beforePasswordChange,
      schema: {
        summary: 'Change one’s own password; all other sessions end',
        body: z.strictObject({ old: password, new: password }).meta({ id: 'PasswordChange' }),
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { account, session } = whoSignedIn(request, ports);
      const { old, new: chosen } = request.body;
      await audited(ports, request, ofOwn(account, 'Set-AccountPassword', {}), async () => {
        await refuseWrongPassword(ports, reply, account, session, 'old', old);
        await refuseWeakPassword(chosen, account.name, account.passwordHash ?? '');
        await ports.accounts.setPassword(account.id, await hashPassword(chosen), 'himself');
        await ports.sessions.endAll(account.id, session.id);
      });
      return presentWho(principalOf(ports.accounts.get(account.id) ?? account), session, ports);
    },
  );

  secondFactor(api, ports);
}

function secondFactor(api: Api, ports: ApiPorts): void {
  /** By account: shown, and not yet proved to be in an app. */
  const begun = new Map<string, { readonly secret: string; readonly at: number }>();
  const { accounts, now, randomBytes } = ports;

  api.post(
    '/session/totp',
    {
      schema: {
        summary: 'Begin to set up a second factor: a secret for an authenticator app',
        response: {
          200: z
            .object({ secret: z.string(), uri: z.string().describe('For a QR code.') })
            .meta({ id: 'SecondFactorSecret' }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { account } = whoSignedIn(request, ports);
      if (account.passwordHash === undefined) refuse('the second factor of this account is its provider’s');
      if (account.totpSecret !== undefined) refuse('this account has a second factor: remove it first');
      const secret = toBase32(randomBytes(TOTP_SECRET_BYTES));
      begun.set(account.id, { secret, at: now() });
      return { secret, uri: otpauthUri(secret, account.name) };
    },
  );

  api.put(
    '/session/totp',
    {
      schema: {
        summary: 'Confirm the second factor with the password and a code of the app; from now on sign-in needs one',
        body: z.strictObject({ code: z.string().max(16), password }).meta({ id: 'SecondFactorProof' }),
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { account, session } = whoSignedIn(request, ports);
      const { code, password } = request.body;
      await audited(ports, request, ofOwn(account, 'Set-AccountSecondFactor', { enabled: true }), async () => {
        // Or who has but the session would shut its owner out.
        await refuseWrongPassword(ports, reply, account, session, 'password', password);
        const pending = begun.get(account.id);
        if (pending === undefined || Math.abs(now() - pending.at) > CONFIRM_WITHIN_MS) refuse('begin anew: POST first');
        if (spentStep(pending.secret, code, now(), undefined) === undefined) {
          refuse('the code is wrong: does the clock of the device go right?', 'code');
        }
        begun.delete(account.id);
        await accounts.setTotp(account.id, pending.secret, undefined);
        await accounts.spendCode(account.id, code);
      });
      return presentWho(request.principal, session, ports);
    },
  );

  api.delete(
    '/session/totp',
    {
      schema: {
        summary: 'Remove the second factor',
        body: z.strictObject({ password }).meta({ id: 'PasswordProof' }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { account, session } = whoSignedIn(request, ports);
      await audited(ports, request, ofOwn(account, 'Set-AccountSecondFactor', { enabled: false }), async () => {
        await refuseWrongPassword(ports, reply, account, session, 'password', request.body.password);
        await accounts.setTotp(account.id, undefined, undefined);
      });
      return reply.code(204).send(null);
    },
  );
}

/** FORBIDDEN for a token, which is no person. */
function whoSignedIn({ session }: FastifyRequest, { accounts }: ApiPorts): { account: Account; session: Session } {
  const account = session && accounts.get(session.accountId);
  if (session !== undefined && account !== undefined) return { account, session };
  throw new CordonError('FORBIDDEN', 'a token has no session: this is for people who signed in');
}

async function refuseWrongPassword(
  { signIn }: ApiPorts,
  reply: FastifyReply,
  account: Account,
  session: Session,
  field: string,
  password: string,
): Promise<void> {
  if (account.passwordHash === undefined) refuse('this account has no password here: it signs in at its provider');
  const answer = await signIn.confirm(account, session, password);
  if (typeof answer === 'object') throw limited(reply, answer.retryAfterMs);
  if (!answer) refuse('is not your password', field);
}

function ofOwn({ id, organizationId }: Account, operation: string, parameters: Readonly<Record<string, unknown>>) {
  return { operation, organizationId: organizationId ?? '', objectId: id, parameters };
}

function refuse(message: string, path?: string): never {
  const fields = path === undefined ? [] : [{ path, message }];
  throw new CordonError('INVALID_REQUEST', path === undefined ? message : `${path} ${message}`, { fields });
}
