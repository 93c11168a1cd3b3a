import { ACCEPTED_DOMAIN, acceptedDomainNamed, domainRow, keyOfDomain } from './accepted-domain.ts';
import { cmdlet } from './cmdlet.ts';
import { text } from './parameter.ts';
import { mostRows, resultSize } from './result-size.ts';
import { inOrderOf } from './row-order.ts';

export const getAcceptedDomain = cmdlet({
  name: 'Get-AcceptedDomain',
  synopsis: "View the organization's own domains: mail to any other one is relaying.",
  parameters: {
    Identity: text({ position: 0, pipeline: 'ByPropertyName', help: 'The domain to view: its name or its GUID.' }),
    ResultSize: resultSize,
  },
  action: 'connectors.read',
  isChange: false,
  outputType: 'AcceptedDomain',
  output: ACCEPTED_DOMAIN,
  examples: [{ command: 'Get-AcceptedDomain', says: 'Lists the accepted domains.' }],
  run: async ({ Identity: identity, ResultSize: size }, call) => {
    if (identity !== undefined) return [domainRow(acceptedDomainNamed(identity, call))];
    const rows = call.ports.directory.acceptedDomains(call.organizationId).map(domainRow);
    return mostRows(rows.sort(inOrderOf(keyOfDomain)), size, call);
  },
  targetOf: ({ Identity = '' }) => Identity,
  keyOf: keyOfDomain,
});
