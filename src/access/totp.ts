// One-time codes of an authenticator app: RFC 6238 with SHA-1, 30 seconds and 6 digits, which is what the apps can do, over the
// HOTP of RFC 4226.
import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
/** RFC 4226 section 4 R6: 160 bits are recommended. */
export const TOTP_SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What is no letter of the alphabet is passed over. */
export function fromBase32(text: string): Buffer {
  const known = [...text.toUpperCase()].map((letter) => ALPHABET.indexOf(letter)).filter((value) => value >= 0);
  const bits = known.map((value) => value.toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** RFC 4226 section 5.3. */
export function hotp(secret: Buffer, counter: number, digits: number = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = mac[mac.length - 1]! & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step of the code, where it is right and later than the last one that was taken; undefined else. A clock may be off by one
 * step either way (RFC 6238 section 5.2), and a code counts once.
 */
export function spentStep(base32: string, code: string, now: number, lastStep: number | undefined): number | undefined {
  const current = Math.floor(now / STEP_MS);
  const secret = fromBase32(base32);
  const right = [current - 1, current, current + 1].filter((step) => step >= 0 && isEqual(hotp(secret, step), code));
  return right.find((step) => lastStep === undefined || step > lastStep);
}

/** What the app reads from a QR code. */
export function otpauthUri(base32: string, account: string): string {
  const label = `${encodeURIComponent('Cordon')}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32}&issuer=Cordon&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1_000}`;
}

function isEqual(right: string, given: string): boolean {
  const [a, b] = [Buffer.from(right), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
