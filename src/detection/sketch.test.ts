import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIMILAR_FROM, similar, sketchMessage, sketchText } from './sketch.ts';

const LETTER =
  'Dear Maria, your invoice 4711 of 12 March is due within 30 days. Please transfer the amount to the account given below ' +
  'and name the number of the invoice. If you have paid already, please take this letter as void. With kind regards, accounts';

describe('a sketch', () => {
  it('has 16 unsigned 32-bit values and is the same each time, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const sketch = sketchText(text);
        expect(sketchText(text)).toEqual(sketch);
        if (sketch === undefined) return;
        expect(sketch).toHaveLength(16);
        for (const value of sketch) expect(value).toBe(value >>> 0);
      }),
      { numRuns: 500 },
    );
  });

  it('stays what it is over versions: it is kept in the journal', () => {
    expect(sketchText('the quick brown fox jumps over the lazy dog')?.slice(0, 4)).toEqual([
      999855571, 342065408, 137951322, 60491860,
    ]);
  });

  it('does not see case, numbers and punctuation', () => {
    const shouted = LETTER.toUpperCase().replace('4711', '90210815').replaceAll('.', ' !');
    expect(sketchText(shouted)).toEqual(sketchText(LETTER));
  });

  it('is similar after a changed name and a random tag', () => {
    const varied = `${LETTER.replace('Maria', 'Konstantin')} re7fk2p`;
    expect(similar(sketchText(LETTER)!, sketchText(varied)!)).toBeGreaterThanOrEqual(SIMILAR_FROM);
  });

  it('is not similar to that of another text', () => {
    const other =
      'The meeting of Thursday is moved to the small room on the second floor because the projector is broken again';
    expect(similar(sketchText(LETTER)!, sketchText(other)!)).toBeLessThan(3);
  });

  it('needs three words', () => {
    expect(sketchText('')).toBeUndefined();
    expect(sketchText('  ...  ')).toBeUndefined();
    expect(sketchText('see attached')).toBeUndefined();
    expect(sketchText('see attached scan')).toBeDefined();
  });

  it('takes each character of Chinese and Japanese for a word', () => {
    const a = sketchText('尊敬的客户您的账户已被暂停请立即点击以下链接验证您的身份信息')!;
    const b = sketchText('尊敬的客户您的账户已被暂停请立即点击以下链接验证您的身份资料')!;
    expect(similar(a, b)).toBeGreaterThanOrEqual(SIMILAR_FROM);
  });

  it('reads a text that is far too long in bounded time, by its beginning', () => {
    const long = `${LETTER} `.repeat(100_000);
    expect(sketchText(long)).toEqual(sketchText(long.slice(0, 4_096)));
  });

  it('of a message is that of subject and text', () => {
    expect(sketchMessage('Your invoice', 'is due')).toEqual(sketchText('your INVOICE is due'));
  });
});
