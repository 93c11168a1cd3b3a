// Passwords of accounts and of the relay's logins as argon2id hashes in PHC strings: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const deriveKey = promisify(argon2);

/** OWASP's recommendation for argon2id; about 50 ms and 19 MiB for each password. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A hash that asks for more would let whoever wrote the configuration stop the guard. */
const LIMITS = { memory: 1_048_576, passes: 64, parallelism: 16 } as const;

/** So many at once: each takes a thread of the pool and its memory. The others wait in line. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

interface PhcHash {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** The PHC string of a new random salt and this password. Takes tens of milliseconds off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { ...COST, salt, hash: Buffer.alloc(HASH_BYTES) });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** Whether the password is the one that was hashed; compared in constant time. False for what is no argon2id PHC string. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const stored = parsePhc(phc);
  if (stored === undefined) return false;
  return timingSafeEqual(await derive(password, stored), stored.hash);
}

async function derive(password: string, { memory, passes, parallelism, salt, hash }: PhcHash): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'), 'utf8');
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await deriveKey('argon2id', { message, nonce: salt, parallelism, tagLength: hash.length, memory, passes });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

function parsePhc(text: string): PhcHash | undefined {
  const parts = PHC.exec(text);
  if (parts === null) return undefined;
  const [memory, passes, parallelism] = parts.slice(1, 4).map(Number) as [number, number, number];
  // RFC 9106 3.1: at least 8 KiB for each lane, at least one pass and one lane.
  const isSound = passes >= 1 && parallelism >= 1 && memory >= 8 * parallelism;
  const isBounded = memory <= LIMITS.memory && passes <= LIMITS.passes && parallelism <= LIMITS.parallelism;
  if (!isSound || !isBounded) return undefined;
  return {
    memory,
    passes,
    parallelism,
    salt: Buffer.from(parts[4]!, 'base64'),
    hash: Buffer.from(parts[5]!, 'base64'),
  };
}

/** Base64 without padding, as the PHC string format has it. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
