// The keys of the schema as a flat list, for whatever is printed from it or named after it.
import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that zod makes of our schema. */
interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly unit?: string;
  readonly example?: unknown;
  readonly secret?: boolean;
}

/** A key of cordon.yaml that holds a value, or an optional section of them. */
export interface ConfigKey {
  /** For example ['http', 'port']; '*' stands for each item of a list. */
  readonly path: readonly string[];
  /** What may stand there, in words: "whole number, 0 to 65535", "accept | defer". */
  readonly type: string;
  readonly kind: 'section' | 'objects' | 'list' | 'number' | 'boolean' | 'text';
  readonly sentence: string;
  readonly unit: string | undefined;
  readonly default: unknown;
  readonly example: unknown;
  readonly required: boolean;
  readonly secret: boolean;
  /** It, or a section above it, is absent unless somebody writes it. */
  readonly optional: boolean;
  /** Those of a section, or of each item of a list of sections. */
  readonly keys: readonly ConfigKey[];
}

/** The keys of the file's top level, in its order. */
export function configTree(): readonly ConfigKey[] {
  const root = z.toJSONSchema(configSchema, { io: 'input' }) as unknown as JsonSchema;
  return keysOf(root, [], false);
}

/** Every key in the order of the file; sections come before their keys. */
export function configKeys(): readonly ConfigKey[] {
  const flatten = (key: ConfigKey): readonly ConfigKey[] => [key, ...key.keys.flatMap(flatten)];
  return configTree().flatMap(flatten);
}

function keysOf(section: JsonSchema, path: readonly string[], optional: boolean): readonly ConfigKey[] {
  return Object.entries(section.properties ?? {}).map(([name, schema]) => {
    const required = section.required?.includes(name) ?? false;
    return keyOf(schema, [...path, name], required, optional || (schema.default === undefined && !required));
  });
}

function keyOf(schema: JsonSchema, path: readonly string[], required: boolean, optional: boolean): ConfigKey {
  const kind = kindOf(schema);
  return {
    path,
    kind,
    type: typeInWords(schema),
    sentence: schema.description ?? '',
    unit: schema.unit,
    default: schema.default,
    example: schema.example,
    required,
    optional,
    secret: schema.secret ?? false,
    keys:
      kind === 'section'
        ? keysOf(schema, path, optional)
        : kind === 'objects'
          ? keysOf(schema.items ?? {}, [...path, '*'], true)
          : [],
  };
}

function kindOf(schema: JsonSchema): ConfigKey['kind'] {
  if (schema.type === 'object') return 'section';
  if (schema.type === 'array') return schema.items?.type === 'object' ? 'objects' : 'list';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'boolean' ? 'boolean' : 'text';
}

function typeInWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (schema.type === 'integer') return `whole number, ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'number') return `number, ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'boolean') return 'true | false';
  if (schema.type === 'array') return schema.items?.type === 'object' ? 'list of sections' : 'list of texts';
  return schema.type === 'object' ? 'section' : 'text';
}
