import { describe, expect, test } from 'vitest';
import type { CordonError } from '../errors.ts';
import { EMPTY_DRAFT, normalizeDraft } from './connector-draft.ts';

const draft = (over: object) => ({ ...EMPTY_DRAFT, name: 'branch', ...over });
const problem = (over: object): CordonError => {
  try {
    normalizeDraft(draft(over));
  } catch (error) {
    return error as CordonError;
  }
  throw new Error('was accepted');
};

describe('what an admin types about a connector', () => {
  test('identities are brought into one form, once each', () => {
    const normalized = normalizeDraft(
      draft({
        senderIpAddresses: ['192.0.2.77/24', '192.0.2.0/24', '::ffff:198.51.100.1'],
        tlsSenderCertificateName: 'Mail.BÜCHER.example.',
        clientCertificateFingerprints: [Array(32).fill('AB').join(':')],
        saslUsernames: [' App1 ', 'app1'],
      }),
    );
    expect(normalized.senderIpAddresses).toEqual(['192.0.2.0/24', '198.51.100.1/32']);
    expect(normalized.tlsSenderCertificateName).toBe('mail.xn--bcher-kva.example');
    expect(normalized.clientCertificateFingerprints).toEqual(['ab'.repeat(32)]);
    expect(normalized.saslUsernames).toEqual(['app1']);
  });

  test.each([
    [{ name: ' ' }, 'INVALID_REQUEST', 'name'],
    [{ senderIpAddresses: ['192.0.2.0/24', 'mail.example'] }, 'INVALID_REQUEST', 'senderIpAddresses[1]'],
    [{ clientCertificateFingerprints: ['ab:cd'] }, 'INVALID_REQUEST', 'clientCertificateFingerprints[0]'],
    [{ tlsSenderCertificateName: '*.example' }, 'INVALID_REQUEST', 'tlsSenderCertificateName'],
    [{ saslUsernames: [''] }, 'INVALID_REQUEST', 'saslUsernames[0]'],
  ])('%o is refused', (over, code, path) => {
    const error = problem(over);
    expect(error.code).toBe(code);
    expect(error.fields.map((f) => f.path)).toEqual([path]);
  });

  test.each(['10.0.0.0/15', '0.0.0.0/0', '2001:db8::/31'])(
    'the prefix %s is too short: it is somebody else, too',
    (cidr) => {
      expect(problem({ senderIpAddresses: [cidr] }).code).toBe('PREFIX_TOO_SHORT');
    },
  );
});
