// Which passwords people may choose, and those that we make for them.
import { CordonError } from '../errors.ts';
import { nameKey } from './account.ts';
import { verifyPassword } from './password.ts';
import { toBase32 } from './totp.ts';

const LEAST_CHARACTERS = 12;
/** 120 bits: nobody guesses it, whatever he may try. */
const ONE_TIME_BYTES = 15;

/** INVALID_REQUEST where it is short, the name, or the one he has. Takes tens of milliseconds off the main thread. */
export async function refuseWeakPassword(password: string, name: string, presentHash: string): Promise<void> {
  if ([...password].length < LEAST_CHARACTERS) refuse(`must have at least ${LEAST_CHARACTERS} characters`);
  if (nameKey(password.trim()) === nameKey(name)) refuse('must not be the name');
  if (await verifyPassword(password, presentHash)) refuse('must not be the one that you have');
}

function refuse(message: string): never {
  throw new CordonError('INVALID_REQUEST', `new ${message}`, { fields: [{ path: 'new', message }] });
}

/** Easy to type: letters and digits that look like no others, in groups. */
export function oneTimePassword(randomBytes: (size: number) => Buffer): string {
  const letters = toBase32(randomBytes(ONE_TIME_BYTES)).toLowerCase();
  return letters.match(/.{6}/g)!.join('-');
}
