import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPLIES, type ReplyName } from '../../src/mail/replies.ts';
import { multiLine, type Reply } from '../../src/mail/reply.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const NOT_OURS = ['node_modules', '.git', 'data', 'coverage'];
const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: (name) => NOT_OURS.includes(path.basename(name)) }).sort();

describe('docs/replies.md', () => {
  /** Which paths each reply can be heard on. */
  const PATHS: Record<ReplyName, readonly string[]> = {
    restrictedConnector: ['own-words', 'policy-rcpt', 'policy-end'],
    restrictedUser: ['own-words', 'policy-rcpt', 'policy-end'],
    relayDenied: ['own-words', 'policy-rcpt'],
    newConnectorHeld: ['own-words', 'policy-end'],
    sendingLimitReached: ['own-words', 'policy-rcpt'],
    tooManyRecipients: ['own-words', 'policy-rcpt'],
    dailyLimitReached: ['own-words', 'policy-rcpt'],
    guardUncertain: ['own-words', 'policy-rcpt', 'policy-end'],
  };
  /** Postfix replaces these status codes at RCPT, those about senders among them (test/mta shows it). */
  const REPLACED = new Map([
    ['5.1.8', '5.1.2'],
    ['5.1.90', '5.1.0'],
  ]);
  const SAY: Record<string, (reply: Reply) => string> = {
    'own-words': (reply) => multiLine(reply).replaceAll('\r\n', '\n'),
    'policy-rcpt': ({ code, enhanced, text }) =>
      `${code} ${REPLACED.get(enhanced) ?? enhanced} <bob@far.example>: Recipient address rejected: ${text}`,
    'policy-end': ({ code, enhanced, text }) =>
      `${code} ${enhanced.replace('5.1.8', '5.0.0')} <END-OF-MESSAGE>: End-of-data rejected: ${text}`,
  };
  const sections = new Map(
    read('docs/replies.md')
      .split(/^## /m)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  test.each(Object.entries(REPLIES))('says %s byte for byte on each path, and what to tell the user', (name, reply) => {
    const section = sections.get(name) ?? '';
    const blocks = [...section.matchAll(/^```text (\S+)\n([\s\S]*?)\n```$/gm)].map((match) => [match[1], match[2]]);
    expect(blocks).toEqual(PATHS[name as ReplyName].map((heard) => [heard, SAY[heard]!(reply)]));
    expect(section).toMatch(/\*\*When:\*\*/);
    expect(section).toMatch(/\*\*Tell the user:\*\*/);
  });

  test('speaks of no reply that is gone', () => {
    const names = [...sections.keys()].filter((name) => /^[a-z]+[A-Z]/.test(name));
    expect(names).toEqual(Object.keys(REPLIES));
  });
});

describe('docs/dependencies.md', () => {
  test('has a line for each dependency, and for nothing else', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const [, atRunTime = '', forTests = '', inPortal = '', inTools = ''] =
      read('docs/dependencies.md').split(/^## .*$/m);
    const ofWorkspace = (name: string): string[] =>
      Object.keys(JSON.parse(read(`${name}/package.json`)).devDependencies);
    const listed = (section: string): string[] =>
      [...section.matchAll(/^\| `(\S+)` \| \S/gm)].map((match) => match[1]!);
    expect(listed(atRunTime)).toEqual(Object.keys(dependencies));
    expect(listed(forTests)).toEqual(Object.keys(devDependencies));
    expect(listed(inPortal)).toEqual(ofWorkspace('portal'));
    expect(listed(inTools)).toEqual(ofWorkspace('tools'));
  });
});

describe('every document', () => {
  const documents = files('**/*.md');

  test('links only to what is there', () => {
    expect(documents.length).toBeGreaterThan(5);
    expect(documents.flatMap(deadLinks)).toEqual([]);
  });

  test('a link to a file or heading that is not there is found', () => {
    const text =
      '[a](no-such.md) [b](replies.md#no-such-heading) [c](replies.md#restricteduser) [d](https://example.com/)';
    expect(deadLinksIn('docs/planted.md', text)).toEqual([
      'docs/planted.md: no-such.md',
      'docs/planted.md: replies.md#no-such-heading',
    ]);
  });
});

const deadLinks = (document: string): string[] => deadLinksIn(document, read(document));

function deadLinksIn(document: string, text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target) && !isThere(document, target))
    .map((target) => `${document}: ${target}`);
}

function isThere(document: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const full = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(ROOT, full))) return false;
  return heading === undefined || headings(full).includes(heading);
}

/** Headings as links name them: lower case, punctuation gone, blanks as hyphens. */
const headings = (document: string): string[] =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('every file', () => {
  const sources = files('{src,test,bench,scripts}/**/*.{ts,mjs,txt,yaml,json,sh}');
  const all = [...sources, ...files('**/*.md'), ...files('bin/*'), ...files('.ci/*'), ...files('*.{json,ts}')];
  const matching = (names: readonly string[], pattern: RegExp): string[] =>
    names.filter((name) => name !== 'package-lock.json').filter((name) => pattern.test(read(name)));

  test('speaks of no directory of the machine that it was written on', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(matching(all, MACHINE_PATH)).toEqual([]);
    expect(MACHINE_PATH.test(`see /${'work'}/main`) && MACHINE_PATH.test(`cd /${'root'}/x`)).toBe(true);
  });

  test('is finished by its own words', () => {
    expect(matching(sources, UNFINISHED)).toEqual([]);
    expect(UNFINISHED.test(`// TO${'DO'} later`)).toBe(true);
  });
});

const MACHINE_PATH = /(^|[^A-Za-z0-9_.-])\/(work|farm|root|home\/[a-z]+)\//m;
const UNFINISHED = /\b(TO[D]O|FIX[M]E|X{3})\b/;
