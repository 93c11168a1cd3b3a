import fc from 'fast-check';
import { expect, test } from 'vitest';
import { htmlText } from './html-text.ts';

const words = (html: string): string => htmlText(html).split(/\s+/).filter(Boolean).join(' ');

test.each([
  ['tags that part words', '<p>one</p><p>two<br>three</p>', 'one two three'],
  ['tags that do not', 'V<b>al</b>u<span class="x">e</span>', 'Value'],
  ['comments', 'one<!-- <p>hidden --> two', 'one two'],
  ['hidden elements', '<head><title>x</title></head><style>p{}</style>seen<script>if (a<b) x()</script>', 'seen'],
  ['entities', 'Fish &amp; Chips &lt;5&nbsp;&#8364;&#33; &#x263A; &eacute; &AMP;', 'Fish & Chips <5 €! ☺ &eacute; &'],
  ['entities that stand for no character', 'a&#0;b&#xD800;c&#x110000;d', 'a b c d'],
  ['a tag that was cut', 'text <a href="http://exam', 'text'],
  ['a lone angle', '1 < 2', '1'],
])('%s', (_, html, text) => {
  expect(words(html)).toBe(text);
});

test('any text is read without a fault and shows no tag', () => {
  const piece = fc.constantFrom('<', '>', '<!--', '-->', '<style', '</style', '&', '&#', ';', '<p>', '</', '\0');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (pieces) => {
      const html = pieces.join('').replaceAll('&', '');
      expect(htmlText(html)).not.toContain('<');
    }),
    { numRuns: 3000 },
  );
});
