// Certificates for the tests: an authority, a server, a client that the authority vouches for, and one that vouches for itself.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate, 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
}

export interface Certificates {
  readonly authority: Certificate;
  readonly server: Certificate;
  readonly branch: Certificate;
  /** Has the branch's name and another key; signed by nobody but itself. */
  readonly impostor: Certificate;
  remove(): void;
}

export const BRANCH_NAME = 'branch.contoso.example';

/** Needs openssl; takes some tenths of a second. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-certificates-'));
  chmodSync(folder, 0o755);
  const authority = make(folder, 'authority', 'Contoso CA');
  return {
    authority,
    server: make(folder, 'server', 'relay.contoso.example', authority),
    branch: make(folder, 'branch', BRANCH_NAME, authority),
    impostor: make(folder, 'impostor', BRANCH_NAME),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function make(folder: string, file: string, name: string, signer?: Certificate): Certificate {
  const certFile = path.join(folder, `${file}.pem`);
  const keyFile = path.join(folder, `${file}.key`);
  const signed = signer === undefined ? [] : ['-CA', signer.certFile, '-CAkey', signer.keyFile];
  const names = signer === undefined ? [] : ['-addext', `subjectAltName=DNS:${name}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-days', '30', '-subj', `/CN=${name}`, ...names, ...signed, '-out', certFile],
    { stdio: 'ignore' },
  );
  const cert = readFileSync(certFile, 'utf8');
  const fingerprint = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
  return { certFile, keyFile, cert, key: readFileSync(keyFile, 'utf8'), fingerprint };
}
