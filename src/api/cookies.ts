// Cookies (RFC 6265): read from a request, written to an answer. Over TLS they have the __Host- prefix, so that no other host
// of the domain can plant one.
import type { FastifyReply, FastifyRequest } from 'fastify';

/** session: that somebody is signed in. device: that somebody was. sign-in: that he is on his way to his provider. */
export type CookieName = 'cordon-session' | 'cordon-device' | 'cordon-sign-in';

export interface CookieJar {
  read(name: CookieName): string | undefined;
  /** `maxAgeSeconds` undefined: until the browser is closed; 0: now. */
  write(reply: FastifyReply, name: CookieName, value: string, maxAgeSeconds?: number): void;
}

/** `publicUrl`: where people reach the guard, if that is configured. */
export function cookiesOf(request: FastifyRequest, publicUrl: string | undefined): CookieJar {
  const isSecure = request.protocol === 'https' || publicUrl?.startsWith('https:') === true;
  const nameOf = (name: CookieName) => `${isSecure ? '__Host-' : ''}${name}`;
  return {
    read: (name) => {
      const start = `${nameOf(name)}=`;
      const pair = (request.headers.cookie ?? '').split(';').find((text) => text.trim().startsWith(start));
      return pair?.trim().slice(start.length);
    },
    write: (reply, name, value, maxAgeSeconds) => {
      const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
      const secure = isSecure ? '; Secure' : '';
      const cookie = `${nameOf(name)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`;
      void reply.header('set-cookie', cookie);
    },
  };
}
