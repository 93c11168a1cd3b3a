// What a connector is known by, in short.
import type { Strings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';

/** As the guard looks for them: logins, then certificates, then addresses. */
export function identitiesOf(connector: Connector, strings: Strings['connectors']): readonly string[] {
  const { saslUsernames, tlsSenderCertificateName, clientCertificateFingerprints, senderIpAddresses } = connector;
  return [
    ...saslUsernames,
    ...(tlsSenderCertificateName === '' ? [] : [tlsSenderCertificateName]),
    ...clientCertificateFingerprints,
    ...(connector.localSubmission ? [strings.localSubmission] : []),
    ...senderIpAddresses,
  ];
}

export function identitiesInShort(connector: Connector, strings: Strings['connectors']): string {
  const [first, ...others] = identitiesOf(connector, strings);
  if (first === undefined) return strings.noIdentities;
  return others.length === 0 ? first : strings.andMore(first, others.length);
}
