import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, anApiWorld } from '../../test/api-world.ts';
import { buildApi } from './build.ts';

const HTML = { accept: 'text/html,application/xhtml+xml' };

let world: ApiWorld;
let app: FastifyInstance;
let folder: string;

beforeEach(async () => {
  world = await anApiWorld();
  folder = mkdtempSync(join(tmpdir(), 'cordon-pages-'));
});
afterEach(async () => {
  await app.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

async function built(): Promise<FastifyInstance> {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<meta name="style-nonce" content="%STYLE_NONCE%">');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'secret.txt'), 'not for the world');
  writeFileSync(join(folder, 'assets/a-1234.js'), 'plain');
  writeFileSync(join(folder, 'assets/a-1234.js.br'), 'as brotli');
  return buildApi(world.ports, { portalFolder: folder });
}

describe('the portal’s pages', () => {
  test('come with a strict policy and a nonce that is another one each time', async () => {
    app = await built();
    const seen = new Set<string>();
    for (const url of ['/', '/restrictedentities', '/restrictedentities/1/incidents/2', '/settings/sessions']) {
      const { statusCode, headers, body } = await app.inject({ url, headers: HTML });
      const nonce = /content="([\w-]{22})"/.exec(body)?.[1];
      expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store']);
      expect(headers['content-security-policy']).toBe(
        `default-src 'none';script-src 'self';style-src 'self' 'nonce-${nonce}';img-src 'self';font-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'`,
      );
      seen.add(nonce!);
    }
    expect(seen.size).toBe(4);
  });

  test('are those of the portal’s own table', async () => {
    app = await built();
    const routes = readFileSync(join(import.meta.dirname, '../../portal/src/routes.tsx'), 'utf8');
    const paths = [...routes.matchAll(/page\('([^']+)'/g)].map((match) => match[1]!.replaceAll(/:\w+/g, 'x'));
    expect(paths.length).toBeGreaterThan(10);
    for (const url of paths) expect([url, (await app.inject({ url, headers: HTML })).statusCode]).toEqual([url, 200]);
  });

  test('one that there is not is the portal’s to say, with status 404; to a program a problem is said', async () => {
    app = await built();
    const page = await app.inject({ url: '/nowhere', headers: HTML });
    expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('style-nonce')]);
    for (const url of ['/nowhere', '/api/v1/nowhere']) {
      const answer = await app.inject({ url, headers: url === '/nowhere' ? {} : HTML });
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
    }
  });

  test('files are kept for ever and come compressed; nothing beside them can be had', async () => {
    app = await built();
    const file = await app.inject({ url: '/assets/a-1234.js', headers: { 'accept-encoding': 'br' } });
    expect([file.body, file.headers['content-encoding']]).toEqual(['as brotli', 'br']);
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await app.inject({ url: '/icon.svg' })).headers['content-type']).toContain('image/svg+xml');
    for (const url of [
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/secret.txt',
      '/assets/',
      '/index.html',
    ]) {
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, expect.toSatisfy((code) => code >= 400)]);
    }
  });

  test('where they were not built every page says how to build them, and the API is at work', async () => {
    app = await buildApi(world.ports, { portalFolder: folder });
    const page = await app.inject({ url: '/', headers: HTML });
    expect(page.body).toContain('npm run build');
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  test('what is no page may load nothing', async () => {
    app = await built();
    const { headers } = await app.inject({ url: '/api/v1/session' });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
  });
});
