// The small host of PowerShell's engine: whether it can be built here, and building it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

export const SOURCES = path.join(import.meta.dirname, 'host');
const CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache/powershell-host');

/** Nothing is told to anybody, and no server of the build stays behind. */
export const QUIET = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_CLI_UI_LANGUAGE: 'en',
  DOTNET_NOLOGO: '1',
  DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
  MSBUILDDISABLENODEREUSE: '1',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
};

/**
 * Path of the host's program, built where these very sources have not been built before. It is built beside its place and then moved there, so that two
 * who build at once do not disturb each other.
 */
export function builtHost(): string {
  const files = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isFile());
  const sum = createHash('sha256');
  for (const { name } of files) sum.update(name).update(readFileSync(path.join(SOURCES, name)));
  const place = path.join(CACHE, sum.digest('hex').slice(0, 16));
  const program = path.join(place, 'PowerShellHost.dll');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(path.join(CACHE, 'build-'));
  try {
    for (const { name } of files) cpSync(path.join(SOURCES, name), path.join(work, 'source', name));
    dotnet(['restore', '--locked-mode', '--disable-build-servers'], path.join(work, 'source'));
    dotnet(
      ['build', '--no-restore', '--nologo', '-c', 'Release', '-o', path.join(work, 'built'), '--disable-build-servers'],
      path.join(work, 'source'),
    );
    try {
      renameSync(path.join(work, 'built'), place);
    } catch (error) {
      // Somebody else was faster.
      if (!existsSync(program)) throw error;
    }
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function dotnet(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync('dotnet', args, {
    cwd,
    env: { ...process.env, ...QUIET },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dotnet ${args[0]}: ${error?.message ?? `${stdout}${stderr}`}`);
}

/** Why the host cannot be built here; undefined: it can. */
export function missingSdk(): string | undefined {
  const { status, stdout } = spawnSync('dotnet', ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...QUIET },
  });
  return status === 0 && Number.parseInt(stdout, 10) >= 10 ? undefined : 'no .NET SDK 10 or later on PATH';
}
