import { cmdlet } from './cmdlet.ts';

export const getConnectionInformation = cmdlet({
  name: 'Get-ConnectionInformation',
  synopsis: 'View who is connected, to which organization, and with which roles.',
  description:
    'This is what the guard knows of whoever asks. What only the client knows (the prefix of its commands, its module) is empty.',
  parameters: {},
  action: 'organization.read',
  isChange: false,
  outputType: 'ConnectionInformation',
  output: [
    { name: 'ConnectionId', type: 'Guid', help: 'The account or API token that is connected.' },
    { name: 'State', type: 'String', help: 'Connected.' },
    { name: 'Id', type: 'Int32', help: '1.' },
    { name: 'Name', type: 'String', help: 'Cordon_1.' },
    { name: 'UserPrincipalName', type: 'String', help: 'Of the account or API token.' },
    { name: 'ConnectionUri', type: 'String', help: 'Where the guard answers.' },
    { name: 'AzureAdAuthorizationEndpointUri', type: 'String', help: 'Empty.' },
    {
      name: 'TokenExpiryTimeUTC',
      type: 'DateTime',
      help: 'Until when the API token is valid; empty: until it is revoked.',
    },
    { name: 'CertificateAuthentication', type: 'Boolean', help: 'False.' },
    { name: 'ModuleName', type: 'String', help: 'Empty.' },
    { name: 'ModulePrefix', type: 'String', help: 'Empty.' },
    { name: 'Organization', type: 'String', help: 'Its name.' },
    { name: 'DelegatedOrganization', type: 'String', help: 'Its name, for whoever sees all organizations.' },
    { name: 'AppId', type: 'Guid', help: 'Of an API token.' },
    { name: 'PageSize', type: 'Int32', help: 'So many objects come at once, unless the client asks for fewer.' },
    { name: 'TenantID', type: 'Guid', help: 'The organization.' },
    { name: 'TokenStatus', type: 'String', help: 'Active.' },
    { name: 'ConnectionUsedForInbuiltCmdlets', type: 'Boolean', help: 'True.' },
    { name: 'IsEopSession', type: 'Boolean', help: 'False.' },
    { name: 'Roles', type: 'String[]', help: 'What you may do comes from them: see Get-ManagementRole.' },
    { name: 'ServerVersion', type: 'String', help: 'Of the guard.' },
  ],
  examples: [{ command: 'Get-ConnectionInformation', says: 'Shows the connection.' }],
  run: async (_, { ports, requester, organizationId }) => {
    const { id, kind, name, roles, organizationId: own } = requester.principal;
    const organization = ports.directory.organization(organizationId)?.name ?? null;
    const expiresAt = ports.tokens.get(id)?.expiresAt;
    return [
      {
        ConnectionId: id,
        State: 'Connected',
        Id: 1,
        Name: 'Cordon_1',
        UserPrincipalName: name,
        ConnectionUri: ports.url(),
        AzureAdAuthorizationEndpointUri: null,
        TokenExpiryTimeUTC: expiresAt === undefined ? null : new Date(expiresAt),
        CertificateAuthentication: false,
        ModuleName: null,
        ModulePrefix: null,
        Organization: organization,
        DelegatedOrganization: own === undefined ? organization : null,
        AppId: kind === 'account' ? null : id,
        PageSize: 1_000,
        TenantID: organizationId,
        TokenStatus: 'Active',
        ConnectionUsedForInbuiltCmdlets: true,
        IsEopSession: false,
        Roles: [...roles],
        ServerVersion: ports.version,
      },
    ];
  },
});
