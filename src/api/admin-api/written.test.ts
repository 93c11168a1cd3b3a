import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { written } from './written.ts';

describe('an answer', () => {
  test('is written as JSON has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (body) => {
        expect((await written(body)).toString()).toBe(Buffer.from(JSON.stringify(body)).toString());
      }),
    );
    const body = {
      a: undefined,
      b: [undefined, new Date(0), null],
      'ü"': { c: { d: { e: { f: { g: undefined } } } } },
    };
    expect((await written(body)).toString()).toBe(JSON.stringify(body));
  });

  const value = Array.from({ length: 200 }, () => ({ text: 'ä'.repeat(20_000) }));
  test.for([
    ['of a command', { value }],
    ['of a batch', { responses: [{ body: { value } }] }],
  ] as const)('%s that is large lets others have their turn', async ([, body]) => {
    let turns = 0;
    let isWritten = false;
    const count = () => {
      turns++;
      if (!isWritten) setImmediate(count);
    };
    setImmediate(count);
    const bytes = await written(body);
    isWritten = true;
    expect(turns).toBeGreaterThan(10);
    expect(JSON.parse(bytes.toString())).toEqual(body);
  });
});
