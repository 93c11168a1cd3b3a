// Reads a trace: one message per line as JSON, plain or gzip, in the order of time. Streamed, whatever its size.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { CordonError } from '../errors.ts';
import type { RecipientAnswer } from '../mail/relay-request.ts';

/** What a decision maker may read of a trace's line. */
export interface TraceMessage {
  /** The number by which verdicts and decisions name it: its field `i`, else its line from 0. */
  readonly index: number;
  /** How reports name it: `#17`, or its queue id. */
  readonly name: string;
  readonly at: number;
  /** Undefined where only the login is known. */
  readonly connector: string | undefined;
  readonly user: string | undefined;
  readonly clientAddress: string;
  readonly envelopeSender: string;
  readonly headerFrom: string;
  readonly recipients: readonly RecipientAnswer[];
  readonly subject: string;
  readonly textHead: string;
  readonly messageBytes: number;
}

export interface ReadProgress {
  /** Of the file as it lies on disk. */
  readonly bytesRead: number;
  readonly bytes: number;
}

type OnProgress = (progress: ReadProgress) => void;

const LONGEST_LINE = 1_048_576;

/** Batches of messages. Throws TRACE_INVALID naming the line, TRACE_UNREADABLE where the file cannot be read. */
export async function* readTrace(path: string, onProgress?: OnProgress): AsyncGenerator<readonly TraceMessage[]> {
  for await (const lines of readLines(path, onProgress)) {
    yield lines.map(({ text, number }) => traceMessage(parse(text, path, number), path, number));
  }
}

/** The content filter's words of a file of lines like `{"i":0,"spam":true}`, by message. */
export async function readVerdicts(path: string): Promise<ReadonlyMap<number, boolean>> {
  const verdicts = new Map<number, boolean>();
  for await (const lines of readLines(path)) {
    for (const { text, number } of lines) {
      const { i, spam } = parse(text, path, number);
      if (!Number.isSafeInteger(i) || typeof spam !== 'boolean') {
        throw invalid(path, number, 'expected {"i": number, "spam": true or false}');
      }
      verdicts.set(i as number, spam);
    }
  }
  return verdicts;
}

interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Slices of a file's lines, plain or gzip; empty ones are left out. Throws TRACE_INVALID, TRACE_UNREADABLE. */
export async function* readLines(path: string, onProgress?: OnProgress): AsyncGenerator<readonly Line[]> {
  let rest = '';
  let number = 0;
  const decoder = new StringDecoder('utf8');
  try {
    for await (const chunk of await contentOf(path, onProgress)) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw invalid(path, number + lines.length + 1, 'the line is too long');
      yield lines.map((text) => ({ text, number: ++number })).filter(isFilled);
    }
  } catch (error) {
    throw readError(error, path, number + 1);
  }
  yield [{ text: rest + decoder.end(), number: number + 1 }].filter(isFilled);
}

const isFilled = (line: Line): boolean => line.text.trim() !== '';

async function contentOf(path: string, onProgress?: OnProgress): Promise<AsyncIterable<unknown>> {
  const file = await open(path);
  const { bytes, zipped } = await look(file);
  const raw = createReadStream(path, { fd: file, start: 0 });
  if (onProgress) raw.on('data', () => onProgress({ bytesRead: raw.bytesRead, bytes }));
  if (!zipped) return raw;
  const unzipped = createGunzip();
  raw.on('error', (error) => unzipped.destroy(error));
  unzipped.on('close', () => raw.destroy());
  return raw.pipe(unzipped);
}

async function look(file: Awaited<ReturnType<typeof open>>): Promise<{ bytes: number; zipped: boolean }> {
  try {
    const { size } = await file.stat();
    const magic = Buffer.alloc(2);
    await file.read(magic, 0, 2, 0);
    return { bytes: size, zipped: magic[0] === 0x1f && magic[1] === 0x8b };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function parse(text: string, path: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, line, 'not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw invalid(path, line, 'not a JSON object');
  return value as Record<string, unknown>;
}

function traceMessage(record: Record<string, unknown>, path: string, line: number): TraceMessage {
  const { t, i, connector, user, rcpts, rcptStatus } = record;
  const at = typeof t === 'string' ? Date.parse(t) : Number.NaN;
  if (Number.isNaN(at)) throw invalid(path, line, '"t" is not a time');
  if (typeof connector !== 'string' || connector === '') throw invalid(path, line, '"connector" is missing');
  if (!isTexts(rcpts)) throw invalid(path, line, '"rcpts" is not a list of addresses');
  if (!isCodes(rcptStatus, rcpts.length)) throw invalid(path, line, '"rcptStatus" is not one SMTP code per recipient');
  const index = Number.isSafeInteger(i) ? (i as number) : line - 1;
  return {
    index,
    name: `#${index}`,
    at,
    connector,
    user: typeof user === 'string' && user !== '' ? user : undefined,
    clientAddress: textOf(record.clientIp) || 'unknown',
    envelopeSender: textOf(record.mailFrom),
    headerFrom: textOf(record.headerFrom),
    recipients: rcpts.map((address, k) => ({ address, code: rcptStatus[k]! })),
    subject: textOf(record.subject),
    textHead: textOf(record.bodyHead),
    messageBytes: typeof record.size === 'number' ? record.size : 0,
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCodes(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((code) => Number.isInteger(code));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function invalid(path: string, line: number, what: string, cause?: unknown): CordonError {
  return new CordonError('TRACE_INVALID', `${path}, line ${line}: ${what}`, { cause });
}

function readError(error: unknown, path: string, line: number): unknown {
  if (!(error instanceof Error) || error instanceof CordonError || !('code' in error)) return error;
  if (String(error.code).startsWith('Z_')) return invalid(path, line, 'damaged gzip data', error);
  return new CordonError('TRACE_UNREADABLE', `${path}: ${error.message}`, { cause: error });
}
