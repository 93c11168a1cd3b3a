// Browsers in which an account signed in before: each has a signed cookie, and its failed sign-ins are counted by themselves. So
// somebody who tries another's password all day does not keep him out where he is at home.
import { createHmac, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 16;

export class Devices {
  readonly #key: Buffer;
  readonly #randomBytes: (size: number) => Buffer;

  /** `key`: 32 random bytes that outlast restarts. */
  constructor(key: Buffer, randomBytes: (size: number) => Buffer) {
    this.#key = key;
    this.#randomBytes = randomBytes;
  }

  /** The cookie of a device that was not known to the account. */
  issue(accountId: string): string {
    const deviceId = this.#randomBytes(ID_BYTES).toString('base64url');
    return `${deviceId}.${accountId}.${this.#mac(deviceId, accountId)}`;
  }

  /** The device's id, where the cookie was issued to this very account. */
  idOf(cookie: string | undefined, accountId: string | undefined): string | undefined {
    if (cookie === undefined || accountId === undefined || cookie.length > 200) return undefined;
    const [deviceId = '', of, mac = ''] = cookie.split('.');
    if (of !== accountId) return undefined;
    const [right, given] = [Buffer.from(this.#mac(deviceId, accountId)), Buffer.from(mac)];
    return right.length === given.length && timingSafeEqual(right, given) ? deviceId : undefined;
  }

  #mac(deviceId: string, accountId: string): string {
    return createHmac('sha256', this.#key).update(`device ${deviceId} ${accountId}`).digest('base64url');
  }
}
