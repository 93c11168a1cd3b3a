import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksOf, MOST_HOSTS, siteOf } from './links.ts';

const plain = (text: string) => linksOf([{ isHtml: false, text }]);
const html = (text: string) => linksOf([{ isHtml: true, text }]);

describe('links of plain text', () => {
  test.each([
    ['see https://www.Example.com/a?b=c#d, please', ['www.example.com']],
    ['(http://example.com:8080/x) and HTTPS://EXAMPLE.COM.', ['example.com']],
    ['http://bank.example@evil.example/login', ['evil.example']],
    ['https://bücher.example/', ['xn--bcher-kva.example']],
    ['http://0x7f.1/', ['127.0.0.1']],
    ['http://[2001:db8::1]/', ['[2001:db8::1]']],
    ['mailto:a@b.example ftp://c.example www.d.example', []],
    ['http://', []],
    ['', []],
  ])('%s', (text, hosts) => {
    expect(plain(text)).toEqual({ hosts, misleading: 0 });
  });

  test('a thousand links are no more than eight hosts', () => {
    const text = Array.from({ length: 1000 }, (_, n) => `https://h${n}.example/`).join(' ');
    expect(plain(text).hosts).toHaveLength(MOST_HOSTS);
  });
});

describe('links of HTML', () => {
  test('lead where href says, in whatever quotes', () => {
    expect(
      html(
        `<a href="https://a.example/?x&amp;y">A</a><A class=x HREF='http://b.example'>B</A><a href=http://c.example>C</a>`,
      ),
    ).toEqual({
      hosts: ['a.example', 'b.example', 'c.example'],
      misleading: 0,
    });
  });

  test.each([
    ['<a href="https://evil.example/x">https://www.bank.example/login</a>', 1],
    ['<a href="https://evil.example/x"><b>www.bank.example</b></a>', 1],
    ['<a href="https://evil.example/x">bank.example (secure)</a>', 0],
    ['<a href="https://login.bank.example/x">www.bank.example</a>', 0],
    ['<a href="https://click.shop.co.uk/x">www.other.co.uk</a>', 1],
    ['<a href="https://click.shop.co.uk/x">www.shop.co.uk</a>', 0],
    ['<a href="https://a.example/x">Click here. Now.</a>', 0],
    ['<a href="https://a.example/x">anna@bank.example</a>', 0],
    ['<a href="https://a.example/report.pdf">report of May</a>', 0],
    ['<a href="mailto:anna@a.example">www.bank.example</a>', 0],
    ['<abbr href="https://a.example">x</abbr>', 0],
    ['<a href="https://evil.example/x">https://bank.example', 1],
  ])('%s misleads %i times', (text, times) => {
    expect(html(text).misleading).toBe(times);
  });
});

test('whatever the text is, the answer is bounded and comes soon', () => {
  const piece = fc.constantFrom(
    '<a ',
    'href=',
    '"',
    "'",
    '>',
    '</a',
    'https://',
    'x.example',
    '@',
    ' ',
    '<',
    '&amp;',
    '\u0000',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), fc.boolean(), (pieces, isHtml) => {
      const { hosts, misleading } = linksOf([{ isHtml, text: pieces.join('') }]);
      expect(hosts.length).toBeLessThanOrEqual(MOST_HOSTS);
      expect(new Set(hosts).size).toBe(hosts.length);
      expect(misleading).toBeLessThanOrEqual(MOST_HOSTS);
    }),
  );
});

test.each([
  ['example.com', 'example.com'],
  ['a.b.example.com', 'example.com'],
  ['a.b.co.uk', 'b.co.uk'],
  ['a.example.de', 'example.de'],
  ['192.0.2.1', '192.0.2.1'],
  ['localhost', 'localhost'],
])('the site of %s is %s', (host, site) => {
  expect(siteOf(host)).toBe(site);
});
