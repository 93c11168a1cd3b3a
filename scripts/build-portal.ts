// `npm run build`: the portal's pages as files that the guard serves, in `portal/dist`. Nothing is done where they are of these very
// sources already. With `--if-possible` a guard without development packages starts with what is there. What is said goes to standard
// error: the demo's standard output may be JSON.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const ROOT = path.resolve(import.meta.dirname, '..');
const PORTAL = path.join(ROOT, 'portal');
const DIST = path.join(PORTAL, 'dist');
const STAMP = path.join(DIST, '.built-from');
const VITE = path.join(ROOT, 'node_modules/.bin/vite');

const INPUTS = ['portal/{src,public}/**/*.*', 'portal/*.*', 'package-lock.json', 'scripts/build-portal.ts'];
/** Smaller ones gain nothing. */
const WORTH_COMPRESSING_BYTES = 1_024;

/** Builds where it must. Throws with what the bundler said. */
export function buildPortal(): void {
  const stamp = hashOfInputs();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  if (!existsSync(VITE)) throw new Error('the portal cannot be built: run `npm ci` (with development packages) first');
  process.stderr.write('Building the portal: ');
  const run = spawnSync(VITE, ['build', PORTAL, '--logLevel', 'warn'], { cwd: PORTAL, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the portal could not be built:\n${run.stdout}${run.stderr}`);
  const files = globSync('assets/*.{js,css}', { cwd: DIST }).map((file) => path.join(DIST, file));
  for (const file of files) compress(file);
  writeFileSync(STAMP, stamp);
  process.stderr.write(`${files.length} files\n`);
}

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const file of globSync(INPUTS, { cwd: ROOT }).sort()) {
    hash.update(`${file}\n`).update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** Beside the file, so that no request waits for it. */
function compress(file: string): void {
  const bytes = readFileSync(file);
  if (bytes.length < WORTH_COMPRESSING_BYTES) return;
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (existsSync(VITE) || !process.argv.includes('--if-possible')) buildPortal();
}
