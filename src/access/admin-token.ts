// data/admin.token: the provider token that `serve` leaves for the commands of the same host. Whoever may read the file may
// rule the guard, so it is his alone who runs it (0600).
import { randomUUID } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROVIDER_ROLE } from './roles.ts';
import { LOCAL_ADMINISTRATOR } from './service-name.ts';
import type { Tokens } from './tokens.ts';

export const ADMIN_TOKEN_FILE = 'admin.token';

/**
 * Makes sure that the data directory holds a valid admin token; returns the file's path and whether it is new. A valid one
 * stays; one that was deleted, revoked or has expired is replaced, and the token it held is revoked. Waits on I/O.
 */
export async function ensureAdminToken(
  dataDirectory: string,
  tokens: Tokens,
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  const path = join(dataDirectory, ADMIN_TOKEN_FILE);
  const secret = await readSecret(path);
  const valid = secret === undefined ? undefined : providerOf(tokens, secret);
  if (valid !== undefined) {
    await chmod(path, 0o600);
    tokens.declareLocal(valid);
    return { path, isNew: false };
  }
  for (const old of tokens.list()) {
    if (old.name === LOCAL_ADMINISTRATOR && old.organizationId === undefined) await tokens.revoke(old.id);
  }
  const created = await tokens.create({ name: LOCAL_ADMINISTRATOR, roles: [PROVIDER_ROLE] });
  await writePrivately(path, `${created.secret}\n`);
  tokens.declareLocal(created.token.id);
  return { path, isNew: true };
}

/** The token's id where it is of the provider, and of nobody whose rights may go. */
function providerOf(tokens: Tokens, secret: string): string | undefined {
  const principal = tokens.verify(secret);
  if (principal === undefined || principal.organizationId !== undefined) return undefined;
  return principal.roles.includes(PROVIDER_ROLE) && tokens.get(principal.id)?.madeBy === undefined
    ? principal.id
    : undefined;
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Never readable by anybody else, not for a moment; whole or not there. */
async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}
