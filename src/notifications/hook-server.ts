// Test support: a program that takes webhooks, over https on 127.0.0.1, and answers as its test wants.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from '../listeners/smtp-relay/test-certificates.ts';

export interface TakenHook {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HookServer {
  readonly port: number;
  /** Its authority, PEM. */
  readonly ca: string;
  readonly taken: readonly TakenHook[];
  readonly connections: number;
  stop(): Promise<void>;
}

/** For localhost and 127.0.0.1. Needs openssl. */
export async function startHookServer(
  answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end(),
): Promise<HookServer> {
  const { ca, server: own } = makeCertificates()!;
  const taken: TakenHook[] = [];
  let connections = 0;
  const server = createServer({ key: own.key, cert: own.cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      taken.push({ path: request.url ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    taken,
    get connections() {
      return connections;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
