import type { Strings } from '../strings.tsx';

export const restrictedEntities: Strings['restrictedEntities'] = {
  definition:
    'Eine eingeschränkte Entität darf keine E-Mails senden, weil sie möglicherweise kompromittiert wurde oder ein Sendelimit überschritten hat. Es gibt zwei Arten: eingeschränkte Benutzer und eingeschränkte Connectors.',
  list: 'Eingeschränkte Entitäten',
  none: 'Niemand ist eingeschränkt',
  noneText: 'Alle Connectors und Benutzer dürfen senden.',
  name: 'Name',
  entity: 'Entität',
  kinds: { connector: 'Connector', user: 'Postfach' },
  restrictedOn: 'Eingeschränkt am',
  cause: 'Ursache',
  causes: { detection: 'Erkennung', limit: 'Sendelimit', manual: 'Manuell' },
  reason: 'Grund',
  incident: 'Vorfall',
  openEvidence: 'Beweise',
  unblock: 'Blockierung aufheben',
};
