// The Debian packages that the tests against real mail programs, shells and a browser need, installed where they are missing and this user may.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** A file that each package brings: looked for instead of asking dpkg, so that another way of installing it counts, too. */
const PACKAGES: readonly { readonly name: string; readonly brings: readonly string[] }[] = [
  { name: 'postfix', brings: ['/usr/sbin/postfix'] },
  { name: 'swaks', brings: ['/usr/bin/swaks'] },
  { name: 'miltertest', brings: ['/usr/bin/miltertest'] },
  { name: 'chromium-headless-shell', brings: ['/usr/bin/chromium-headless-shell'] },
  { name: 'openssl', brings: ['/usr/bin/openssl'] },
  { name: 'rspamd', brings: ['/usr/bin/rspamd'] },
  { name: 'spamd', brings: ['/usr/sbin/spamd'] },
  { name: 'zsh', brings: ['/usr/bin/zsh'] },
  { name: 'fish', brings: ['/usr/bin/fish'] },
  // Without any mechanism's plug-in, Postfix's smtpd ends as soon as SASL is switched on.
  {
    name: 'libsasl2-modules',
    brings: ['x86_64', 'aarch64'].map((arch) => `/usr/lib/${arch}-linux-gnu/sasl2/libplain.so`),
  },
];

const missing = (): string[] =>
  PACKAGES.filter((wanted) => !wanted.brings.some((file) => existsSync(file))).map((wanted) => wanted.name);

/**
 * Installs what is missing; takes up to a few minutes. Returns why something is still missing, in a sentence, or undefined
 * where nothing is. Never throws: the suites that need the packages skip themselves and say so.
 */
export function installDebianPackages(): string | undefined {
  const wanted = missing();
  if (wanted.length === 0) return undefined;
  if (!existsSync('/usr/bin/apt-get')) return `missing: ${wanted.join(', ')}; this is no Debian, install them yourself`;
  if (process.getuid?.() !== 0) {
    return `missing: ${wanted.join(', ')}; not root, so run: sudo apt-get install ${wanted.join(' ')}`;
  }
  console.log(`Installing for the tests: ${wanted.join(', ')}`);
  const trouble = withoutStartingServices(() => aptGet(['update'], 180) ?? aptGet(['install', ...wanted], 420));
  const still = missing();
  if (still.length === 0) return undefined;
  return `missing: ${still.join(', ')}; apt-get could not install them: ${trouble ?? 'it said nothing'}`;
}

/** Debian asks policy-rc.d before it starts a freshly installed service; 101 forbids it. One that is there already stays. */
function withoutStartingServices<T>(act: () => T): T {
  const file = '/usr/sbin/policy-rc.d';
  if (existsSync(file)) return act();
  writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return act();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The last line of what went wrong, or undefined. */
function aptGet(args: readonly string[], seconds: number): string | undefined {
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2'];
  const run = spawnSync('apt-get', [...options, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGTERM',
  });
  if (run.status === 0) return undefined;
  if (run.error !== undefined) return run.error.message;
  return `${run.stdout}\n${run.stderr}`.trim().split('\n').at(-1);
}
