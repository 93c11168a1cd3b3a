import type { Strings } from '../strings.tsx';

export const explorer: Strings['explorer'] = {
  allEmail: 'Alle E-Mails',
  about:
    'Suchen Sie nach Spitzen und Einbrüchen eines Connectors und fragen Sie: Gehört die Clientadresse zum Connector? Sind die Empfänger plausibel?',
  refresh: 'Aktualisieren',
  overTime: 'Nachrichten im Zeitverlauf',
  byStatus: 'Nachrichten nach Status',
  span: (from, until) => `${from} bis ${until}:`,
  sum: (messages, recipients) => `${messages} Nachrichten, ${recipients} Empfänger`,
  incomplete: (from) =>
    `Im Journal steht mehr, als auf einmal gelesen wird: Gezählt ist nur, was neuer ist als ${from}. Wählen Sie einen kürzeren Zeitraum.`,
  earlier: 'Früher',
  later: 'Später',
  zoomOut: 'Herauszoomen',
  narrow: 'Eingrenzen auf',
  bin: (at, messages) => `${at}: ${messages}`,
  views: 'Ansichten',
  tabs: {
    email: 'E-Mails',
    senders: 'Häufigste Absender',
    addresses: 'Häufigste Clientadressen',
    domains: 'Häufigste Empfängerdomänen',
  },
  ofLoaded: (count, hasMore) =>
    hasMore
      ? `Von den neuesten ${count} Nachrichten, die geladen sind. „Mehr laden“ zählt auch ältere.`
      : `Von allen ${count} gefundenen Nachrichten.`,
  domain: 'Domäne',
  messages: 'Nachrichten',
  recipients: 'Empfänger',
  accepted: 'Angenommen',
  notAccepted: 'Nicht angenommen',
};
