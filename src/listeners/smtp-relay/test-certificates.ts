// Test support: a certificate authority with a server and a client, and a client that signed himself; made with openssl.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256, as the guard sees it. */
  readonly fingerprint: string;
}

export interface TestCertificates {
  readonly ca: string;
  /** For localhost and 127.0.0.1. */
  readonly server: KeyAndCertificate;
  /** CN=Printer-7.Customer.example, with the DNS names printer-7.customer.example and *.print.customer.example. */
  readonly client: KeyAndCertificate;
  /** The client's names, signed by himself. */
  readonly impostor: KeyAndCertificate;
}

/** Undefined where there is no openssl: then it is said loudly, and the tests that need it are skipped. */
export function makeCertificates(): TestCertificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-certificates-'));
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const keyAndCertificate = (name: string): KeyAndCertificate => {
    const cert = read(`${name}.pem`);
    const fingerprint = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
    return { key: read(`${name}.key`), cert, fingerprint };
  };
  const newKey = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
  ];
  const signed = (name: string, subject: string, names: string): void => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names}\n`);
    openssl('req', ...newKey(name), '-subj', subject, '-out', `${name}.csr`);
    openssl(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  const clientSubject = '/O=Customer/CN=Printer-7.Customer.example';
  const clientNames = 'DNS:printer-7.customer.example,DNS:*.print.customer.example,email:a@customer.example';
  try {
    openssl('req', '-x509', ...newKey('ca'), '-days', '2', '-subj', '/CN=Test CA', '-out', 'ca.pem');
    signed('server', '/CN=localhost', 'DNS:localhost,IP:127.0.0.1');
    signed('client', clientSubject, clientNames);
    openssl(
      'req',
      '-x509',
      ...newKey('impostor'),
      '-days',
      '2',
      '-subj',
      clientSubject,
      '-addext',
      `subjectAltName=${clientNames}`,
      '-out',
      'impostor.pem',
    );
    return {
      ca: read('ca.pem'),
      server: keyAndCertificate('server'),
      client: keyAndCertificate('client'),
      impostor: keyAndCertificate('impostor'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    console.warn('SKIPPED: no openssl, so that TLS is not tested. apt-get install openssl');
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
