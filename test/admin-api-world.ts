// The admin API over the small world of the API's tests: commands go to POST .../InvokeCommand as a client sends them.
import type { FastifyInstance } from 'fastify';
import { buildApi } from '../src/api/build.ts';
import type { ApiPorts } from '../src/api/ports.ts';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import type { Connector } from '../src/attribution/entity.ts';
import { type ApiWorld, anApiWorld, type Secret } from './api-world.ts';

type Who = keyof ApiWorld['secrets'] | 'nobody' | Secret;

export interface Asked {
  readonly method?: 'GET' | 'POST';
  /** Below /adminapi/beta, or a whole URL. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body: any;
}

export interface AdminApi {
  readonly world: ApiWorld;
  readonly app: FastifyInstance;
  ask(who: Who, asked: Asked): Promise<Answered>;
  /** In `ours`, unless `url` says otherwise. */
  invoke(who: Who, name: string, parameters?: object, asked?: Asked): Promise<Answered>;
  /** Blocked connectors of `ours`, a millisecond apart. */
  blocked(count: number): Promise<readonly Connector[]>;
  readonly audit: ApiWorld['audit'];
  close(): Promise<void>;
}

type Options = NonNullable<Parameters<typeof buildApi>[1]>['adminApi'];

/** `over`: ports in place of the world's. */
export async function anAdminApi(
  options: Options = {},
  over: (world: ApiWorld) => Partial<ApiPorts> = () => ({}),
): Promise<AdminApi> {
  const world = await anApiWorld();
  const app = await buildApi({ ...world.ports, ...over(world) }, { adminApi: options });
  const ask: AdminApi['ask'] = async (who, { method = 'POST', url = '', headers = {}, body }) => {
    const secret = typeof who === 'string' ? who !== 'nobody' && world.secrets[who] : who.secret;
    const response = await app.inject({
      method,
      url: /^(https?:|\/adminapi)/i.test(url) ? url : `/adminapi/beta/${url}`,
      headers: { ...(secret === false ? {} : { authorization: `Bearer ${secret}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: response.statusCode, headers: response.headers, body: response.json() };
  };
  return {
    world,
    app,
    ask,
    invoke: (who, name, parameters = {}, asked = {}) =>
      ask(who, {
        url: `${world.ours.id}/InvokeCommand`,
        body: { CmdletInput: { CmdletName: name, Parameters: parameters } },
        ...asked,
      }),
    blocked: (count) => block(world, count),
    audit: world.audit,
    close: async () => {
      await app.close();
      await world.close();
    },
  };
}

async function block({ ports, ours, clock }: ApiWorld, count: number): Promise<readonly Connector[]> {
  const made: Connector[] = [];
  for (let i = 0; i < count; i++) {
    const name = `blocked ${ports.randomUUID()}`;
    const entity = await ports.directory.addConnector(ours.id, { ...EMPTY_DRAFT, name, armed: true });
    clock.now++;
    await ports.restrictions.restrict({ entity, cause: 'manual', reason: 'sends spam', by: 'Cordon' }).settled;
    made.push(entity);
  }
  return made;
}
