// The API on its port.
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/schema.ts';
import { CordonError } from '../errors.ts';
import { isLoopback, normalizeIp } from '../mail/ip-address.ts';
import { buildApi } from './build.ts';
import type { ApiPorts } from './ports.ts';

export interface ApiOptions {
  readonly http: Config['http'];
  readonly ports: ApiPorts;
  readonly log?: FastifyBaseLogger | undefined;
  readonly portalFolder?: string | undefined;
}

/**
 * Listens. `url` has the port that was taken. `close()` refuses new requests, ends the event streams and waits for the
 * requests under way. Rejects with LISTEN_FAILED, or CONFIG_UNREADABLE for the certificate.
 */
export async function startApi({
  http,
  ports,
  log,
  portalFolder,
}: ApiOptions): Promise<{ url: string; close(): Promise<void> }> {
  const tls = http.tls && { cert: await readPem(http.tls.certificateFile), key: await readPem(http.tls.keyFile) };
  const isLocal = http.host === 'localhost' || isLoopback(normalizeIp(http.host) ?? '');
  const app = await buildApi(ports, {
    trustedProxies: http.trustedProxies,
    metricsNeedToken: !isLocal,
    log,
    tls,
    portalFolder,
  });
  try {
    await app.listen({ host: http.host, port: http.port });
  } catch (cause) {
    await app.close();
    const { message } = cause as Error;
    throw new CordonError('LISTEN_FAILED', `the API cannot listen on ${http.host}:${http.port}: ${message}`, { cause });
  }
  const { port } = app.server.address() as AddressInfo;
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return { url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`, close: () => app.close() };
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CordonError('CONFIG_UNREADABLE', `${file} (http.tls) cannot be read`, { cause });
  }
}
