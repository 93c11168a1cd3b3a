// The secrets of a data directory, beside its databases: each is made once, readable by the guard's user alone.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** 32 random bits that no sender knows: what addresses are hashed under. */
export const detectorKey = (dataDirectory: string): Buffer => keyIn(dataDirectory, 'detector.key', 4);
/** What the pseudonyms of forgotten addresses are made with. */
export const pseudonymKey = (dataDirectory: string): Buffer => keyIn(dataDirectory, 'pseudonym.key', 32);
/** What the chains of the audit log are made with. `onMade` is told of a new one before it is there. */
export const auditKey = (dataDirectory: string, onMade: (key: Buffer) => void): Buffer =>
  keyIn(dataDirectory, 'audit.key', 32, onMade);
/** What the secrets of webhooks are made with. */
export const webhookKey = (dataDirectory: string): Buffer => keyIn(dataDirectory, 'webhook.key', 32);
/** What the cookies of known browsers are signed with. */
export const sessionKey = (dataDirectory: string): Buffer => keyIn(dataDirectory, 'session.key', 32);

function keyIn(dataDirectory: string, name: string, bytes: number, onMade?: (key: Buffer) => void): Buffer {
  const file = join(dataDirectory, name);
  if (!existsSync(file)) {
    const key = randomBytes(bytes);
    onMade?.(key);
    writeFileSync(file, key.toString('hex'), { mode: 0o600, flush: true });
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}
