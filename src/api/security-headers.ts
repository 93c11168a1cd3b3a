// What a browser is told to refuse, with every answer: nothing from anywhere else, no script and no style that is not a file of ours.
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Strict-Transport-Security only where TLS is spoken here. What is no page may load nothing at all. */
export async function sendSecurityHeaders(app: FastifyInstance, { tls }: { tls: boolean }): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: tls && { maxAge: 31_536_000, includeSubDomains: false },
  });
}

/** The content security policy of one page; `nonce` is what its style elements bear, and is used once. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(';');
}
