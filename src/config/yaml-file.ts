// A YAML file that an operator wrote: its values, and on which line each of them stands.
import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { CordonError, type ErrorCode } from '../errors.ts';

export interface YamlFile {
  /** As it is named in messages. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Where a value stands: `cordon.yaml:12 http.port`. */
  place(path: readonly PropertyKey[]): string;
}

/** A wrong key or value: where, and what is wrong. */
export interface Mistake {
  readonly path: string;
  readonly message: string;
}

/** Rejects with CONFIG_UNREADABLE; '' where the file need not be there. */
export async function readYamlText(file: string, mustExist: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return '';
    throw new CordonError('CONFIG_UNREADABLE', `${file} cannot be read (${code ?? 'unknown reason'})`, { cause });
  }
}

/** Throws the error that `code` names where it is no YAML, or no keys and values. */
export function parseYaml(text: string, name: string, code: ErrorCode): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw invalidFile(code, name, [{ path: `${name}:${line}`, message: `is not YAML: ${broken.message}` }]);
  }
  const values = toValues(document, name, code);
  const place = (path: readonly PropertyKey[]) => {
    const line = lineOf(path, document, lines);
    const key = path.map(String).join('.');
    return line === undefined ? `${name}: ${key}` : `${name}:${line} ${key}`;
  };
  return { name, values, place };
}

function toValues(document: Document, name: string, code: ErrorCode): Readonly<Record<string, unknown>> {
  const nothing = document.contents === null;
  if (!nothing && !isMap(document.contents)) {
    const message = 'must be keys and values (http: ...), not a list or a text';
    throw invalidFile(code, name, [{ path: `${name}:1`, message }]);
  }
  try {
    return nothing ? {} : (document.toJS() as Record<string, unknown>);
  } catch (cause) {
    throw invalidFile(code, name, [{ path: name, message: `is not YAML: ${(cause as Error).message}` }]);
  }
}

/** The line of the key itself, or of the nearest section above it that the file has. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const node = isMap(parent)
      ? parent.items.find((pair) => isNode(pair.key) && String(pair.key) === String(key))?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** All mistakes at once, one on a line. */
export function invalidFile(code: ErrorCode, name: string, mistakes: readonly Mistake[]): CordonError {
  const list = mistakes.map(({ path, message }) => `${path} ${message}`);
  const head = list.length === 1 ? list[0]! : `${name} has ${list.length} mistakes:\n  ${list.join('\n  ')}`;
  return new CordonError(code, head, { fields: mistakes });
}
