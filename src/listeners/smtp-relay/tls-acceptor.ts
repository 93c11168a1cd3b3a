// The server's side of STARTTLS: a connection in clear becomes one in TLS, and the client may show a certificate.
import type { Socket } from 'node:net';
import { createServer, type PeerCertificate, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { CordonError } from '../../errors.ts';
import type { ClientCertificate } from '../../mail/relay-request.ts';

export interface TlsFiles {
  /** PEM. */
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  /** Authorities, PEM, whose client certificates are believed about their names. */
  readonly clientCa?: string | Buffer | undefined;
}

interface Accepted {
  readonly socket: TLSSocket;
  /** What the client proved; undefined where he showed nothing. */
  readonly certificate: ClientCertificate | undefined;
}

const HANDSHAKE_TIMEOUT_MS = 30_000;

export class TlsAcceptor {
  readonly #server: TlsServer;
  readonly #believesNames: boolean;
  readonly #handshakes = new Map<string, (accepted: Accepted | undefined) => void>();

  /** Throws CONFIG_INVALID where key and certificate are none, or do not belong together. */
  constructor({ key, cert, clientCa }: TlsFiles) {
    this.#believesNames = clientCa !== undefined;
    try {
      this.#server = createServer({
        key,
        cert,
        ...(clientCa === undefined ? {} : { ca: clientCa }),
        // Any certificate is taken: its fingerprint proves possession of its key, whoever signed it.
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      });
    } catch (cause) {
      throw new CordonError('CONFIG_INVALID', 'listeners.smtpRelay.tls: key and certificate cannot be used', { cause });
    }
    this.#server.on('secureConnection', (socket) => this.#finish(socket));
    // The socket below is closed with it, and `accept` waits for that.
    this.#server.on('tlsClientError', (_, socket) => socket.destroy());
  }

  /** Undefined where the handshake fails or the client goes away. The socket must not be read by anybody else. */
  accept(plain: Socket): Promise<Accepted | undefined> {
    return new Promise((resolve) => {
      const key = connectionKey(plain);
      this.#handshakes.set(key, resolve);
      plain.once('close', () => {
        if (this.#handshakes.get(key) === resolve) this.#handshakes.delete(key);
        resolve(undefined);
      });
      // As the manual of tls.Server says of its event 'connection': sockets may be handed in.
      this.#server.emit('connection', plain);
    });
  }

  #finish(socket: TLSSocket): void {
    const key = connectionKey(socket);
    const resolve = this.#handshakes.get(key);
    this.#handshakes.delete(key);
    if (resolve === undefined) socket.destroy();
    else resolve({ socket, certificate: this.#certificateOf(socket) });
  }

  #certificateOf(socket: TLSSocket): ClientCertificate | undefined {
    const certificate = socket.getPeerCertificate();
    if (certificate?.fingerprint256 === undefined) return undefined;
    return {
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      names: this.#believesNames && socket.authorized ? namesOf(certificate) : [],
    };
  }
}

/** tls.Server gives a socket of its own; both name the same connection. */
const connectionKey = (socket: Socket): string =>
  `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;

/** Common names and DNS names, lower case, each once. */
function namesOf(certificate: PeerCertificate): readonly string[] {
  const names = new Set<string>();
  const commonName: string | readonly string[] = certificate.subject?.CN ?? [];
  for (const name of typeof commonName === 'string' ? [commonName] : commonName) names.add(name.toLowerCase());
  // Node quotes a name that holds anything but these characters; no host name does.
  for (const [, name] of (certificate.subjectaltname ?? '').matchAll(/(?:^|, )DNS:([A-Za-z0-9*._-]+)(?=, |$)/g)) {
    names.add(name!.toLowerCase());
  }
  return [...names];
}
