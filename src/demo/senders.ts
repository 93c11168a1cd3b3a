// The demo's people and machines: what an ordinary fortnight of their mail looks like, and what the attacker sends. Deterministic.

export const OWN_DOMAIN = 'contoso.example';
/** Who is told of alerts. */
export const ADMINISTRATOR = `admin@${OWN_DOMAIN}`;

export interface DemoMessage {
  /** Source address on loopback: what the connector is recognized by. */
  readonly from: string;
  readonly envelopeSender: string;
  readonly headerFrom: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** The connectors of the sample organization, as an admin would type them. */
export const CONNECTORS = [
  {
    name: 'branch-office',
    senderIpAddresses: ['127.1.0.0/16'],
    comment: 'Mail server of the branch office',
    bulk: false,
  },
  { name: 'scanner', senderIpAddresses: ['127.2.0.1/32'], comment: 'Scanner on the second floor', bulk: false },
  { name: 'web-shop', senderIpAddresses: ['127.3.0.0/24'], comment: 'Order confirmations', bulk: true },
  { name: 'monitoring', senderIpAddresses: ['127.4.0.1/32'], comment: 'Alerts to the people on call', bulk: false },
] as const;

/** A small linear congruential generator: the demo tells the same story each time. Values in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const PEOPLE = ['anna', 'ben', 'carla', 'dieter', 'elif', 'farid', 'gina', 'hugo'];
const PARTNERS = Array.from({ length: 24 }, (_, i) => `contact${i}@partner${i % 6}.example`);
const TOPICS = [
  'the offer for the new pumps',
  'our meeting on the site',
  'the drawings of building two',
  'your question about delivery',
  'the minutes of last week',
  'the contract draft',
];
const OPENINGS = [
  'Thank you for your call this morning.',
  'I looked into this yesterday.',
  'Please find my remarks below.',
  'As promised I come back to you.',
  'We talked it over in the team.',
];
const MIDDLES = [
  'The figures still need a second look before we sign anything.',
  'Carla has added the missing pages to the folder.',
  'Could you tell me who is responsible on your side?',
  'We would rather start in the second half of the month.',
  'The supplier confirmed the dates, so the plan holds.',
  'There is one open point about the warranty.',
];

export function branchOfficeMail(random: () => number): DemoMessage {
  const person = pick(random, PEOPLE);
  const topic = pick(random, TOPICS);
  return {
    from: `127.1.0.${10 + Math.floor(random() * 3)}`,
    envelopeSender: `${person}@${OWN_DOMAIN}`,
    headerFrom: `${capital(person)} <${person}@${OWN_DOMAIN}>`,
    recipients: [random() < 0.2 ? `${pick(random, PEOPLE)}@${OWN_DOMAIN}` : pick(random, PARTNERS)],
    subject: `Re: ${topic}`,
    text: `${pick(random, OPENINGS)} It is about ${topic}. ${pick(random, MIDDLES)} ${pick(random, MIDDLES)} Room ${Math.floor(random() * 90)} is free. Kind regards, ${capital(person)}`,
  };
}

export function scannerMail(random: () => number): DemoMessage {
  return {
    from: '127.2.0.1',
    envelopeSender: `scanner@${OWN_DOMAIN}`,
    headerFrom: `Scanner <scanner@${OWN_DOMAIN}>`,
    recipients: [`${pick(random, PEOPLE)}@${OWN_DOMAIN}`],
    subject: `Scan ${Math.floor(random() * 1e6)}`,
    text: `The scan of ${1 + Math.floor(random() * 9)} pages is attached. Resolution 300 dpi. Second floor, device 7.`,
  };
}

export function webShopMail(random: () => number): DemoMessage {
  const order = 100_000 + Math.floor(random() * 900_000);
  return {
    from: '127.3.0.5',
    envelopeSender: `shop@${OWN_DOMAIN}`,
    headerFrom: `Contoso Shop <shop@${OWN_DOMAIN}>`,
    recipients: [`customer${Math.floor(random() * 1e6)}@mail${Math.floor(random() * 40)}.example`],
    subject: `Your order ${order}`,
    text: `Thank you for your order ${order}. We ship it within two days. The total is ${Math.floor(random() * 400)} euros including VAT.`,
  };
}

export function monitoringMail(random: () => number): DemoMessage {
  return {
    from: '127.4.0.1',
    envelopeSender: `monitoring@${OWN_DOMAIN}`,
    headerFrom: `Monitoring <monitoring@${OWN_DOMAIN}>`,
    recipients: ['oncall@pager.example'],
    subject: `WARNING disk on node ${Math.floor(random() * 20)}`,
    text: `Host node${Math.floor(random() * 20)} reports disk usage at ${80 + Math.floor(random() * 19)} percent. Acknowledge this alert in the console.`,
  };
}

const FIRST = ['maria', 'john', 'li', 'olga', 'sven', 'amira', 'pedro', 'yuki', 'nina', 'omar'];
const LAST = ['meyer', 'smith', 'wang', 'ivanova', 'larsen', 'haddad', 'gomez', 'sato', 'rossi', 'khan'];

/** A stolen password: somebody elsewhere sends phish through the branch office's server, to a bought list. */
export function attackMail(random: () => number, count: number): DemoMessage {
  const target = () =>
    `${pick(random, FIRST)}.${pick(random, LAST)}${Math.floor(random() * 1e4)}${random() < 0.3 ? '.gone' : ''}@victims${Math.floor(random() * 500)}.example`;
  return {
    from: '127.1.66.6',
    envelopeSender: `account-team${count}@billing-notice.example`,
    headerFrom: `Account Team <no-reply@${OWN_DOMAIN}>`,
    recipients: Array.from({ length: 3 }, target),
    subject: `Your mailbox will be closed today (${Math.floor(random() * 1e5)})`,
    text: `Dear customer ${Math.floor(random() * 1e5)}, your mailbox storage is full and it will be closed today. Verify your account and password now at http://login-${Math.floor(random() * 1e4)}.billing-notice.example to keep your messages.`,
  };
}

/** A hole in the web shop: parcel fraud goes out through its connector, from a machine of its network that never sent anything. */
export function hackedShopMail(random: () => number, count: number): DemoMessage {
  const parcel = 100_000 + Math.floor(random() * 900_000);
  const target = () =>
    `${pick(random, FIRST)}.${pick(random, LAST)}${Math.floor(random() * 1e4)}${random() < 0.4 ? '.gone' : ''}@victims${Math.floor(random() * 500)}.example`;
  return {
    from: '127.3.0.66',
    envelopeSender: `notice${count}@parcel-fee.example`,
    headerFrom: `Parcel Service <no-reply@${OWN_DOMAIN}>`,
    recipients: Array.from({ length: 4 }, target),
    subject: `Your parcel ${parcel} is held at customs`,
    text: `Your parcel ${parcel} is held at customs. Pay the fee of 1.99 euros today at http://pay-${Math.floor(random() * 1e4)}.parcel-fee.example or it goes back to the sender.`,
  };
}

/** Somebody of the office who writes to all customers at once, which a sending limit is there for. */
export const WRITER = `carla@${OWN_DOMAIN}`;

export function customerAddress(random: () => number): string {
  return `customer${Math.floor(random() * 1e6)}@mail${Math.floor(random() * 40)}.example`;
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

function capital(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
