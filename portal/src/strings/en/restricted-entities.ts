export const restrictedEntities = {
  definition:
    'A restricted entity is an entity that has been blocked from sending email because either it has been potentially compromised, or it has exceeded a sending limit. There are two types: restricted users and restricted connectors.',
  list: 'Restricted entities',
  none: 'Nobody is restricted',
  noneText: 'All connectors and users may send.',
  name: 'Name',
  entity: 'Entity',
  kinds: { connector: 'Connector', user: 'Mailbox' },
  restrictedOn: 'Restricted on',
  cause: 'Cause',
  causes: { detection: 'Detection', limit: 'Sending limit', manual: 'Manual' },
  reason: 'Reason',
  incident: 'Incident',
  openEvidence: 'Evidence',
  unblock: 'Unblock',
};
