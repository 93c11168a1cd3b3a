// An answer as JSON. A large one is written piece by piece, so that it holds up nothing else: a decision about mail waits for a piece at most.
import { setImmediate } from 'node:timers/promises';

const PIECE_CHARACTERS = 250_000;
/** How deep rows are, which are written at once: in the value of a body; and in that of a response of a batch. */
const ROWS = 2;
const ROWS_OF_BATCH = 5;

/** UTF-8, the same as of JSON.stringify. Others get their turn between two pieces. */
export async function written(body: object): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let piece = '';
  for (const part of partsOf(body, 'responses' in body ? ROWS_OF_BATCH : ROWS)) {
    piece += part;
    if (piece.length < PIECE_CHARACTERS) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
    await setImmediate();
  }
  pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function* partsOf(value: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null || 'toJSON' in value) {
    yield JSON.stringify(value) ?? 'null';
  } else if (Array.isArray(value)) {
    yield* joined(
      '[',
      value.map((one) => ['', one] as const),
      ']',
      depth,
    );
  } else {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    yield* joined(
      '{',
      entries.map(([name, one]) => [`${JSON.stringify(name)}:`, one] as const),
      '}',
      depth,
    );
  }
}

function* joined(
  open: string,
  named: readonly (readonly [string, unknown])[],
  close: string,
  depth: number,
): Generator<string> {
  yield open;
  for (const [i, [name, value]] of named.entries()) {
    yield i === 0 ? name : `,${name}`;
    yield* partsOf(value, depth - 1);
  }
  yield close;
}
