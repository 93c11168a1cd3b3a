// What the test runner's JSON report adds up to.
import path from 'node:path';

/** The part of vitest's JSON report that is read here (the shape is Jest's). */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** `file: title of its outermost describe`, which says why. */
  readonly skippedSuites: readonly string[];
}

/**
 * A file that fails as a whole (it does not load, its set-up throws) counts as one failure, so that it cannot hide; so does a
 * runner that exits with trouble that no test accounts for, and one that found no test at all.
 */
export function countTests(root: string, report: TestReport | undefined, status: number): Counts {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failedTests = tests.filter((test) => test.status === 'failed').length;
  const failedFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const counted = failedTests + failedFiles;
  const unaccounted = counted === 0 && (status !== 0 || passed === 0) ? 1 : 0;
  return {
    passed,
    failed: counted + unaccounted,
    skipped: tests.length - passed - failedTests,
    skippedSuites: files.flatMap((file) => skippedSuitesOf(root, file)),
  };
}

function skippedSuitesOf(root: string, file: TestReport['testResults'][number]): string[] {
  const skipped = file.assertionResults.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  const titles = new Set(skipped.map((test) => test.ancestorTitles[0] ?? 'a test outside of any suite'));
  return [...titles].map((title) => `${path.relative(root, file.name)}: ${title}`);
}
