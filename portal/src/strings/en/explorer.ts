export const explorer = {
  allEmail: 'All email',
  about:
    'Look for spikes and dips of a connector, and ask: is the client address one of the connector’s? Are the recipients plausible?',
  refresh: 'Refresh',
  overTime: 'Messages over time',
  byStatus: 'Messages by status',
  span: (from: string, until: string) => `${from} to ${until}:`,
  sum: (messages: string, recipients: string) => `${messages} messages, ${recipients} recipients`,
  incomplete: (from: string) =>
    `There is more in the journal than is read at once: only what is newer than ${from} is counted. Take a shorter time range.`,
  earlier: 'Earlier',
  later: 'Later',
  zoomOut: 'Zoom out',
  narrow: 'Narrow to',
  bin: (at: string, messages: string) => `${at}: ${messages}`,
  views: 'Views',
  tabs: {
    email: 'Email',
    senders: 'Top senders',
    addresses: 'Top client addresses',
    domains: 'Top recipients’ domains',
  },
  ofLoaded: (count: string, hasMore: boolean) =>
    hasMore
      ? `Of the newest ${count} messages, which are loaded. Load more to count older ones, too.`
      : `Of all ${count} messages that were found.`,
  domain: 'Domain',
  messages: 'Messages',
  recipients: 'Recipients',
  accepted: 'Accepted',
  notAccepted: 'Not accepted',
};
