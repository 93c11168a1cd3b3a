// The OpenAPI 3.1 document, made from the same schemas that check requests and answers.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cordon',
        version,
        description: 'Times are ISO 8601. Errors are problem documents (RFC 9457) with a stable `code`.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (given) => withAction(jsonSchemaTransform(given), given.route.config?.action),
    transformObject: (document) => withOneNameEach(jsonSchemaTransformObject(document)),
  });
}

type Transformed = ReturnType<typeof jsonSchemaTransform>;

/** Which right of docs/roles.md it needs. */
function withAction({ schema, url }: Transformed, action: string | undefined): Transformed {
  return { schema: action === undefined ? schema : ({ ...schema, 'x-action': action } as typeof schema), url };
}

type Document = ReturnType<typeof jsonSchemaTransformObject>;

const REFERENCE = /#\/components\/schemas\/(\w+)/g;

/** Each schema comes twice, as X (answers) and XInput (requests): what is not used goes, and what is left is called X. */
function withOneNameEach(document: Document): Document {
  const { components } = document as { components?: { schemas?: Readonly<Record<string, unknown>> } };
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (used.has(name!)) continue;
      used.add(name!);
      follow(schemas[name!]);
    }
  };
  follow(document.paths ?? {});
  const rename = (name: string) => {
    const short = name.replace(/Input$/, '');
    return used.has(short) ? name : short;
  };
  const kept = Object.fromEntries([...used].sort().map((name) => [rename(name), schemas[name]]));
  const whole = { ...document, components: { ...components, schemas: kept } };
  return JSON.parse(JSON.stringify(whole).replace(REFERENCE, (_, name) => `#/components/schemas/${rename(name)}`));
}
