import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, type Secret } from '../../test/api-world.ts';
import { CordonError } from '../errors.ts';
import { audited } from './audited.ts';
import { authenticateWith } from './authenticate.ts';
import { guardRoutes } from './authorize-route.ts';

const { world, audit, close } = await aTestApi();
afterAll(close);

const asked: unknown[] = [];
const action = 'restricted-entities.write' as const;
/** A scope as buildApi makes it, with one route in it. */
async function planted(route: Omit<RouteOptions, 'url'>): Promise<FastifyInstance> {
  const app = Fastify();
  await app.register(async (scope) => {
    scope.decorate('authenticate', authenticateWith(world.ports));
    scope.addHook('onRequest', authenticateWith(world.ports));
    guardRoutes(scope, world.ports);
    scope.route({ url: '/planted', ...route });
  });
  await app.ready();
  return app;
}
async function ask(route: Omit<RouteOptions, 'url'>, { secret }: Secret, payload?: object) {
  const app = await planted(route);
  const method = route.method as 'GET' | 'POST';
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await app.inject({ method, url: '/planted', headers, ...(payload && { payload }) });
  await app.close();
  return { status: answer.statusCode, code: answer.json().code };
}
const handler = async (request: { query: unknown }) => {
  asked.push(request.query);
  return {};
};
const security = { secret: world.secrets.security };
const reader = { secret: world.secrets.reader };

describe('a guarded route', () => {
  test.each(['GET', 'POST', 'DELETE'])('that says no action (%s) lets the application not be built', async (method) => {
    await expect(planted({ method, handler })).rejects.toThrow(`${method} /planted declares no config.action`);
    await expect(planted({ method, handler, config: { action } })).resolves.toBeDefined();
  });

  test.each([
    { method: 'GET', config: { action } },
    { method: 'POST', config: { action, readOnly: true } },
  ] as const)(
    'that changes nothing (%j) is not reached by whoever may not, and his request is not even looked at',
    async (route) => {
      asked.length = 0;
      const schema = { querystring: { type: 'object', required: ['a'] } };
      expect(await ask({ ...route, handler, schema }, reader)).toEqual({ status: 403, code: 'forbidden' });
      expect((await ask({ ...route, handler, schema }, security)).status).toBe(400);
      expect(asked).toEqual([]);
      expect(await ask({ ...route, handler }, security)).toEqual({ status: 200, code: undefined });
    },
  );

  test('that changes something and asks nobody is an internal error, also where it answers nothing', async () => {
    const mistake = { status: 500, code: 'internal_error' };
    const config = { action } as const;
    expect(await ask({ method: 'POST', config, handler }, security)).toEqual(mistake);
    const silent: RouteOptions['handler'] = async (_, reply) => reply.code(204).send();
    expect(await ask({ method: 'DELETE', config, handler: silent }, security)).toEqual(mistake);
  });

  describe('that changes something by audited()', () => {
    let done = 0;
    const change: Omit<RouteOptions, 'url'> = {
      method: 'POST',
      config: { action },
      handler: (request) =>
        audited(
          world.ports,
          request,
          { operation: 'Set-Planted', organizationId: world.ours.id, objectId: 'it', parameters: { a: 1 } },
          async () => ({ done: ++done }),
        ),
    };

    test('is done by whoever may', async () => {
      expect(await ask(change, security)).toMatchObject({ status: 200 });
      expect(done).toBe(1);
    });

    test('is not done by whoever may not, and the refusal stands in the audit log', async () => {
      const before = (await audit('Set-Planted')).length;
      expect(await ask(change, reader)).toEqual({ status: 403, code: 'forbidden' });
      expect(done).toBe(1);
      const records = await audit('Set-Planted');
      expect(records).toHaveLength(before + 1);
      expect(records).toContainEqual(
        expect.objectContaining({
          by: 'our reader',
          userType: 'Application',
          organizationId: world.ours.id,
          objectId: 'it',
          parameters: { a: 1, error: 'forbidden' },
          result: 'Failed',
        }),
      );
    });

    test('tells whoever may not nothing else, whatever else is wrong with his request', async () => {
      const missing: RouteOptions['handler'] = async () => {
        throw new CordonError('NOT_FOUND', 'no such thing');
      };
      expect(await ask({ ...change, handler: missing }, reader)).toEqual({ status: 403, code: 'forbidden' });
      expect(await ask({ ...change, handler: missing }, security)).toEqual({ status: 404, code: 'not_found' });
      const schema = { body: { type: 'object', required: ['name'] } };
      expect(await audit('POST /planted')).toHaveLength(1);
      expect(await ask({ ...change, schema }, reader, {})).toEqual({ status: 403, code: 'forbidden' });
      expect(await ask({ ...change, schema }, security, {})).toEqual({ status: 400, code: 'invalid_request' });
      // The handler that never came to audited(), and the body that never came to a handler.
      expect(await audit('POST /planted')).toHaveLength(2);
      expect(await ask({ ...change, schema }, { secret: 'x' }, {})).toEqual({ status: 401, code: 'unauthorized' });
    });

    test('does not hide a mistake of ours behind a refusal', async () => {
      const broken: RouteOptions['handler'] = async () => {
        throw new Error('bug');
      };
      expect(await ask({ ...change, handler: broken }, reader)).toEqual({ status: 500, code: 'internal_error' });
    });
  });
});
