// From the words of Postfix's policy protocol to the client as the guard knows it.
import { decodeXtext } from '../../mail/address.ts';
import { normalizeIp } from '../../mail/ip-address.ts';
import type { ClientCertificate, RelayClient } from '../../mail/relay-request.ts';
import type { PolicyRequest } from './read-request.ts';

/** Never throws; what is absent or Postfix's `unknown` is undefined, 'unknown' for the address and 0 for the port. */
export function readClient(request: PolicyRequest, mailServer: string): RelayClient {
  return {
    mailServer,
    clientAddress: normalizeIp(request.clientAddress) ?? 'unknown',
    clientPort: readPort(request.clientPort),
    clientName: request.clientName === '' || request.clientName === 'unknown' ? undefined : request.clientName,
    heloName: request.heloName === '' ? undefined : request.heloName,
    saslUsername: request.saslUsername === '' ? undefined : request.saslUsername.toLowerCase(),
    certificate: readCertificate(request),
  };
}

/** 0 where Postfix does not know it (XCLIENT without PORT). */
function readPort(text: string): number {
  const port = Number(text);
  return port > 0 && port <= 65_535 && Number.isInteger(port) ? port : 0;
}

function readCertificate(request: PolicyRequest): ClientCertificate | undefined {
  if (request.certificateFingerprint === '' && request.certificateSubject === '') return undefined;
  const fingerprint = readFingerprint(request.certificateFingerprint);
  const name = decodeXtext(request.certificateSubject).toLowerCase();
  if (fingerprint === undefined && name === '') return undefined;
  return { fingerprint, names: name === '' ? [] : [name] };
}

/** SHA-256 only: the shorter digests of an old `smtpd_tls_fingerprint_digest` can be forged, or are no fingerprint at all. */
function readFingerprint(text: string): string | undefined {
  const digits = text.replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}
