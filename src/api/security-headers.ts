// What a browser is told to refuse, with every answer: nothing from anywhere else, no script and no style that is not a file of ours.
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** `reply.cspNonce.style` is what a style element needs. Strict-Transport-Security only where TLS is spoken here. */
export async function sendSecurityHeaders(app: FastifyInstance, { tls }: { tls: boolean }): Promise<void> {
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: tls && { maxAge: 31_536_000, includeSubDomains: false },
  });
}
