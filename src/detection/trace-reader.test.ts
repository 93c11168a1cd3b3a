import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CordonError } from '../errors.ts';
import { readTrace, readVerdicts, type TraceMessage } from './trace-reader.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-trace-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LINE = {
  i: 0,
  t: '2026-03-02T08:00:00Z',
  connector: 'office',
  user: null,
  clientIp: '192.0.2.1',
  mailFrom: 'a@example.org',
  headerFrom: 'A <a@example.org>',
  rcpts: ['b@example.com', 'c@example.com'],
  rcptStatus: [250, 550],
  subject: 'Grüße',
  size: 1_234,
  bodyHead: 'text',
};

const lines = (...records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

async function read(content: string | Uint8Array): Promise<TraceMessage[]> {
  const path = join(folder, 'trace');
  await writeFile(path, content);
  const messages: TraceMessage[] = [];
  for await (const batch of readTrace(path)) messages.push(...batch);
  return messages;
}

async function failure(content: string | Uint8Array): Promise<CordonError> {
  try {
    await read(content);
  } catch (error) {
    expect(error).toBeInstanceOf(CordonError);
    return error as CordonError;
  }
  throw new Error('it was read');
}

describe('a trace', () => {
  it('is read plain and gzipped alike', async () => {
    const text = lines(LINE, { ...LINE, i: 1, user: 'ann' });
    const plain = await read(text);
    expect(plain[0]).toEqual({
      index: 0,
      name: '#0',
      at: Date.UTC(2026, 2, 2, 8),
      connector: 'office',
      user: undefined,
      clientAddress: '192.0.2.1',
      envelopeSender: 'a@example.org',
      headerFrom: 'A <a@example.org>',
      recipients: [
        { address: 'b@example.com', code: 250 },
        { address: 'c@example.com', code: 550 },
      ],
      subject: 'Grüße',
      textHead: 'text',
      messageBytes: 1_234,
    });
    expect(plain[1]).toMatchObject({ index: 1, user: 'ann' });
    expect(await read(gzipSync(text))).toEqual(plain);
  });

  it('longer than one read keeps characters and lines whole', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => ({ ...LINE, i, subject: 'ü漢'.repeat(i % 50) }));
    const messages = await read(lines(...many));
    expect(messages.map(({ index, subject }) => [index, subject])).toEqual(many.map(({ i, subject }) => [i, subject]));
  });

  it('needs no line end at its end, and may be empty', async () => {
    expect(await read(lines(LINE).trimEnd())).toHaveLength(1);
    expect(await read('')).toEqual([]);
    expect(await read('\n\n')).toEqual([]);
  });

  it.each<[string, string]>([
    ['not JSON', '{"i":'],
    ['not a JSON object', '17'],
    ['"t" is not a time', JSON.stringify({ ...LINE, t: 'yesterday' })],
    ['"connector" is missing', JSON.stringify({ ...LINE, connector: '' })],
    ['"rcpts" is not a list of addresses', JSON.stringify({ ...LINE, rcpts: 'b@example.com' })],
    ['"rcptStatus" is not one SMTP code per recipient', JSON.stringify({ ...LINE, rcptStatus: [250] })],
  ])('says which line is bad and why: %s', async (why, bad) => {
    const error = await failure(`${lines(LINE, LINE)}${bad}\n${lines(LINE)}`);
    expect(error.code).toBe('TRACE_INVALID');
    expect(error.message).toContain(`line 3: ${why}`);
  });

  it('with a line of megabytes is refused, not read into memory', async () => {
    expect(await failure(`${lines(LINE)}${'x'.repeat(3_000_000)}`)).toMatchObject({
      code: 'TRACE_INVALID',
      message: expect.stringContaining('line 2: the line is too long'),
    });
  });

  it('that is cut off in its gzip is refused', async () => {
    const zipped = gzipSync(lines(...Array.from({ length: 500 }, (_, i) => ({ ...LINE, i, subject: `${i * i}` }))));
    const error = await failure(zipped.subarray(0, zipped.length - 20));
    expect(error).toMatchObject({ code: 'TRACE_INVALID', message: expect.stringContaining('gzip') });
  });

  it('that is not there is unreadable', async () => {
    const missing = readTrace(join(folder, 'none')).next();
    await expect(missing).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
    await expect(readTrace(folder).next()).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
  });

  it('of anything gives messages or a coded error, nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(LINE))), { maxLength: 5 }),
        async (some) => {
          try {
            await read(some.join('\n'));
          } catch (error) {
            expect(error).toMatchObject({ code: 'TRACE_INVALID' });
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the verdicts of a filter', () => {
  const verdicts = async (content: string) => {
    const path = join(folder, 'verdicts');
    await writeFile(path, content);
    return readVerdicts(path);
  };

  it('are read by message', async () => {
    expect(await verdicts('{"i":0,"spam":true}\n{"i":5,"spam":false}\n')).toEqual(
      new Map([
        [0, true],
        [5, false],
      ]),
    );
  });

  it('that say neither yes nor no are refused with their line', async () => {
    await expect(verdicts('{"i":0,"spam":true}\n{"i":1,"spam":"no"}')).rejects.toMatchObject({
      code: 'TRACE_INVALID',
      message: expect.stringContaining('line 2'),
    });
  });
});
