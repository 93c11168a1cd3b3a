import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LONGEST } from './documented.ts';

test('the doctor measures by the time-outs that the manual recommends, and the manual recommends no longer one', () => {
  const manual = readFileSync(new URL('../../docs/mta/postfix.md', import.meta.url), 'utf8');
  const cf = [...manual.matchAll(/^```cf [^`]*^```$/gm)].join('\n');
  const longest = (pattern: RegExp) => Math.max(...[...cf.matchAll(pattern)].map(([, seconds]) => Number(seconds)));
  expect({
    policy: longest(/(?:smtpd_policy_service_timeout = |\{ inet:\S+, timeout=)(\d+)s/g),
    connect: longest(/connect_timeout=(\d+)s/g),
    command: longest(/command_timeout=(\d+)s/g),
    content: longest(/content_timeout=(\d+)s/g),
  }).toEqual(LONGEST);
});
