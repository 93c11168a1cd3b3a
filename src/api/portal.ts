// The portal's pages: files of a folder, and for every page's address the same document, with a fresh nonce in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pagePolicy } from './security-headers.ts';

/** As in `portal/src/routes.tsx`; anything else below the root is answered with 404, and the portal says so. */
const PAGES = [
  '/',
  '/restrictedentities',
  '/restrictedentities/:entityId/incidents/:incidentId',
  '/alertpolicies',
  '/alerts',
  '/audit',
  '/connectors',
  '/connectors/:connectorId',
  '/messagetrace',
  '/explorer',
  '/permissions',
  '/settings',
  '/settings/:section',
] as const;

/** A file's name holds a hash of what is in it: another version is another file. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const NONCE = '%STYLE_NONCE%';
const NONCE_BYTES = 16;

const NOT_BUILT = `<!doctype html><html lang="en"><title>Cordon</title><h1>The portal is not built</h1>
<p>Run <code>npm run build</code> in Cordon's folder and start it again. The API is at work.</p></html>`;

/** A page that there is not, for a browser: the portal says so in its own frame. Undefined for whoever asks for no page. */
export type SendUnknownPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;

/** `folder`: what `npm run build` made. Where it is missing every page says how to make it. */
export async function portal(
  app: FastifyInstance,
  folder: string | undefined,
  randomBytes: (size: number) => Buffer,
): Promise<SendUnknownPage> {
  const document = readDocument(folder);
  if (folder !== undefined && document !== undefined) {
    await app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      preCompressed: true,
      index: false,
      cacheControl: false,
      schemaHide: true,
      setHeaders: (reply) => void reply.header('cache-control', FOR_EVER),
    });
    app.get('/icon.svg', { schema: { hide: true } }, (_, reply) => reply.sendFile('icon.svg', folder));
  }
  const send = (reply: FastifyReply) => sendDocument(reply, document, randomBytes(NONCE_BYTES).toString('base64url'));
  for (const page of PAGES) app.get(page, { schema: { hide: true } }, (_, reply) => send(reply));
  return (request, reply) => (isForPage(request) ? send(reply.code(404)) : undefined);
}

function isForPage({ method, url, headers }: FastifyRequest): boolean {
  const isPlace = method === 'GET' && !/^\/(api|adminapi|assets)(\/|$)/.test(url);
  return isPlace && headers.accept?.includes('text/html') === true;
}

function readDocument(folder: string | undefined): string | undefined {
  const file = folder && join(folder, 'index.html');
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Style elements are taken with this nonce only, so the document is another one each time, and no cache's. */
function sendDocument(reply: FastifyReply, document: string | undefined, nonce: string): FastifyReply {
  void reply.header('content-security-policy', pagePolicy(nonce));
  return reply.type('text/html; charset=utf-8').send(document?.replace(NONCE, nonce) ?? NOT_BUILT);
}
