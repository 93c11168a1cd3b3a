// `npm test`: types, lint and every test, with one closing line `N passed, N failed, N skipped`.
// `--only types,portal-types,lint,tests` runs a part of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { builtHost, missingSdk } from '../test/powershell/host.ts';
import { installDebianPackages } from './debian-packages.ts';
import { type Counts, countTests, type TestReport } from './test-report.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const STEPS = ['types', 'portal-types', 'lint', 'tests'] as const;
type Step = (typeof STEPS)[number];

const RUN: Record<Step, () => Counts> = {
  types: () => oneTest('types', 'tsc', ['-p', '.']),
  'portal-types': () => oneTest('types of the portal', 'tsc', ['-p', 'portal']),
  lint: () => oneTest('lint and format', 'biome', ['check', '--error-on-warnings', '.']),
  tests: runTests,
};

console.log(`Node ${process.version}`);
close(chosenSteps().map((step) => RUN[step]()));

function chosenSteps(): readonly Step[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return STEPS;
  const wanted = values.only.split(',');
  const unknown = wanted.filter((name) => !STEPS.some((step) => step === name));
  if (unknown.length > 0) {
    console.error(`--only: unknown step ${unknown.join(', ')}; there are ${STEPS.join(', ')}`);
    process.exit(2);
  }
  return STEPS.filter((step) => wanted.includes(step));
}

/** The tool on this very Node, not on whatever the PATH says. Its exit status; 1 where it was killed. */
function runTool(name: string, args: readonly string[]): number {
  const run = spawnSync(path.join(ROOT, 'node_modules/.bin', name), args, {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      // Tests start many threads and processes, each of which would compile the same files again.
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/compile'),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.error !== undefined) console.error(`${name}: ${run.error.message}`);
  return run.status ?? 1;
}

function oneTest(title: string, tool: string, args: readonly string[]): Counts {
  console.log(`\n== ${title}`);
  const passed = runTool(tool, args) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, skippedSuites: [] };
}

function runTests(): Counts {
  const trouble = installDebianPackages();
  if (trouble !== undefined) console.log(`\nTests against real mail programs will be SKIPPED: ${trouble}`);
  preparePowerShell();
  console.log('\n== tests');
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-test-'));
  try {
    const file = path.join(folder, 'report.json');
    const status = runTool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
    return countTests(ROOT, readReport(file), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Before the suites that run side by side each build the host. Where it cannot be built they tell, and fail. */
function preparePowerShell(): void {
  const missing = missingSdk();
  if (missing !== undefined) console.log(`\nTests in PowerShell's engine will be SKIPPED: ${missing}`);
  try {
    if (missing === undefined) builtHost();
  } catch (error) {
    console.error(`${error}`);
  }
}

function readReport(file: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`The test runner left no report: ${error}`);
    return undefined;
  }
}

function close(all: readonly Counts[]): void {
  const sum = (pick: (counts: Counts) => number): number => all.reduce((total, counts) => total + pick(counts), 0);
  const failed = sum((counts) => counts.failed);
  const suites = all.flatMap((counts) => counts.skippedSuites);
  if (suites.length > 0) console.log(`\nSkipped suites:\n${suites.map((suite) => `  ${suite}`).join('\n')}`);
  console.log(
    `\n${sum((counts) => counts.passed)} passed, ${failed} failed, ${sum((counts) => counts.skipped)} skipped`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
