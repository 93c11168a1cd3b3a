import { describe, expect, test } from 'vitest';
import { countTests } from '../../scripts/test-report.ts';

const file = (status: string, ...statuses: string[]) => ({
  name: '/clone/test/mta/milter-only/milter-only.test.ts',
  status,
  assertionResults: statuses.map((each) => ({ status: each, ancestorTitles: ['milter only (skipped: no Postfix)'] })),
});
const count = (status: number, ...files: ReturnType<typeof file>[]) =>
  countTests('/clone', { testResults: files }, status);

describe('the closing line of npm test', () => {
  test('counts what passed, failed and was skipped, and names the skipped suites once', () => {
    expect(count(1, file('failed', 'passed', 'failed'), file('passed', 'passed', 'skipped', 'todo'))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      skippedSuites: ['test/mta/milter-only/milter-only.test.ts: milter only (skipped: no Postfix)'],
    });
  });

  test('a file that does not load is a failure', () => {
    expect(count(1, file('failed'), file('passed', 'passed'))).toMatchObject({ passed: 1, failed: 1 });
  });

  test('trouble that no test accounts for is a failure', () => {
    expect(count(1, file('passed', 'passed'))).toMatchObject({ passed: 1, failed: 1 });
  });

  test('no report, or no test that ran, is a failure', () => {
    expect(countTests('/clone', undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(count(0, file('passed', 'skipped'))).toMatchObject({ passed: 0, failed: 1, skipped: 1 });
  });
});
