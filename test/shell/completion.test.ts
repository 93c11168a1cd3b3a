// The scripts of `cordon completion`, run by the real shells.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { PowerShell, withPowerShell } from '../powershell/powershell.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function scriptOf(shell: string): Promise<string> {
  let out = '';
  const nothing = {} as Parameters<typeof runCli>[1];
  const stdout = { write: (text: string) => (out += text) };
  expect(await runCli(['completion', shell], { ...nothing, stdout, stderr: stdout, version: '0' })).toBe(0);
  const file = join(folder, `cordon.${shell}`);
  writeFileSync(file, out);
  return file;
}

/** What is on a line up to the cursor, and what must and may not be offered. */
const LINES: readonly (readonly [line: string, offered: readonly string[], not: readonly string[]])[] = [
  ['cordon unb', ['unblock'], ['blocked', 'Get-BlockedConnector']],
  ['cordon alert-', ['alert-policy'], ['alert']],
  ['cordon get-blocked', ['Get-BlockedConnector', 'Get-BlockedSenderAddress'], ['Get-InboundConnector', 'blocked']],
  ['cordon help Remove-Bl', ['Remove-BlockedConnector'], ['Get-BlockedConnector']],
  ['cordon blocked ', ['list', 'show'], ['unblock', 'Get-BlockedConnector']],
  ['cordon blocked list --k', ['--kind'], ['--all']],
  ['cordon blocked list --kind ', ['connector', 'user'], ['--all', 'list']],
  ['cordon completion ', ['bash', 'fish', 'powershell', 'zsh'], ['--help']],
  ['cordon Get-BlockedConnector -c', ['-ConnectorId', '-Config'], ['-Verbose', '-Confirm']],
  ['cordon Remove-InboundConnector -conf', ['-Confirm', '-Config'], ['-Verbose']],
  ['cordon get-blockedconnector -Format ', ['List', 'Table', 'Json', 'Csv'], ['-Format', 'unblock']],
  ['cordon Get-BlockedConnector -ConnectorId x -erroraction s', ['SilentlyContinue', 'Stop'], ['Continue']],
  ['cordon New-InboundConnector n -ConnectorType ', ['OnPremises', 'Partner'], ['-Name']],
  ['cordon New-InboundConnector n -RequireTls ', ['false', 'true'], []],
];

function check(offered: readonly string[], [line, wanted, not]: (typeof LINES)[number]): void {
  expect(offered, line).toEqual(expect.arrayContaining([...wanted]));
  for (const one of not) expect(offered, line).not.toContain(one);
}

const isHere = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** The lines that each input line brings. */
function offersOf(program: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!isHere('bash'))(`bash${isHere('bash') ? '' : ' (skipped: not here)'}`, () => {
  let file: string;
  beforeAll(async () => {
    file = await scriptOf('bash');
  });

  /** As readline calls it: words at blanks and at the signs of COMP_WORDBREAKS. */
  const offered = (line: string): string[] => {
    const words = line.split(' ').flatMap((word) => word.split(/(?<=[:=])|(?=[:=])/));
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `source ${file}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _cordon; printf '%s\\n' "\${COMPREPLY[@]}"; shopt -q nocasematch && echo LEFT; true`;
    return offersOf('bash', ['--noprofile', '--norc', '-c', script]);
  };

  test.each(LINES)('%s', (...line) => check(offered(line[0]), line));

  test('of values that hang on the name, and of files', () => {
    expect(offered('cordon Get-BlockedConnector -Format:')).toEqual(['List', 'Table', 'Json', 'Csv']);
    expect(offered('cordon Get-BlockedConnector -format:c')).toEqual(['Csv']);
    expect(offered('cordon Get-BlockedConnector -Config ')).toEqual([]);
    expect(offered('cordon blocked list')).not.toContain('LEFT');
  });
});

describe.skipIf(!isHere('zsh'))(`zsh${isHere('zsh') ? '' : ' (skipped: not here)'}`, () => {
  let file: string;
  beforeAll(async () => {
    file = await scriptOf('zsh');
  });

  /** Its own matcher decides what of the candidates fits what is typed: here they are compared in any case. */
  const offered = (line: string): string[] => {
    const words = line.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `compdef() { : }; _files() { print FILES }; compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- $@ }
      source ${file}; words=(${quoted}); CURRENT=${words.length}; _cordon`;
    const typed = words.at(-1)!.toLowerCase();
    return offersOf('zsh', ['-f', '-c', script]).filter(
      (one) => one === 'FILES' || one.toLowerCase().startsWith(typed),
    );
  };

  test.each(LINES)('%s', (...line) => check(offered(line[0]), line));

  test('of files', () => {
    expect(offered('cordon Get-BlockedConnector -Config ')).toEqual(['FILES']);
  });

  test('loaded after compinit it belongs to cordon', () => {
    const script = `autoload -Uz compinit; compinit -u -D; source ${file}; print $_comps[cordon]`;
    expect(offersOf('zsh', ['-f', '-c', script])).toEqual(['_cordon']);
  });
});

describe.skipIf(!isHere('fish'))(`fish${isHere('fish') ? '' : ' (skipped: not here)'}`, () => {
  let file: string;
  beforeAll(async () => {
    file = await scriptOf('fish');
    writeFileSync(join(folder, 'a file'), '');
  });

  const offered = (line: string): string[] =>
    offersOf('fish', ['--no-config', '-c', `cd ${folder}; source ${file}; complete -C '${line}'`]);

  test.each(LINES)('%s', (...line) => check(offered(line[0]), line));

  test('of files', () => {
    expect(offered('cordon Get-BlockedConnector -Config ')).toEqual(expect.arrayContaining(['a file', 'cordon.fish']));
    expect(offered('cordon blocked ')).not.toContain('a file');
  });
});

withPowerShell('completion', () => {
  let powershell: PowerShell;
  beforeAll(async () => {
    const file = await scriptOf('powershell');
    powershell = PowerShell.start();
    expect((await powershell.run(`. ([scriptblock]::Create([IO.File]::ReadAllText('${file}')))`)).output).toBe('');
  }, 120_000);
  afterAll(() => powershell.stop());

  const offered = (line: string): Promise<readonly string[]> =>
    powershell.lines(
      `[System.Management.Automation.CommandCompletion]::CompleteInput('${line}', ${line.length}, $null).CompletionMatches | ForEach-Object { $_.CompletionText }`,
    );

  test.each(LINES)('%s', async (...line) => check(await offered(line[0]), line));
});
