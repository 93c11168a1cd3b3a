// The one schema of cordon.yaml: key, unit, default and the operator's sentence. Validation, types, the example file, the
// manual's table (docs/configuration.md) and the names of the environment variables all come from here.
import { z } from 'zod';
import { isAddress, normalizeDomain } from '../mail/address.ts';
import { parsePrefix } from '../mail/ip-address.ts';
import { parseListenAddress } from './listen-address.ts';

/** What a key may carry beside its type; shown in the example file and in the manual. */
interface KeyNotes {
  readonly description: string;
  readonly unit?: string;
  /** Shown, commented out, where a key has no default. */
  readonly example?: unknown;
  /** Never printed by `cordon config print`. */
  readonly secret?: boolean;
}

/** Those of access/roles.ts: a test compares. */
export const ROLES = [
  'Global Administrator',
  'Organization Management',
  'Security Administrator',
  'Global Reader',
  'Security Reader',
  'View-Only Organization Management',
  'Provider Administrator',
] as const;

const key = <T extends z.ZodType>(type: T, notes: KeyNotes): T => type.meta({ ...notes });

const listenAddress = z.string().refine((text) => text === 'off' || parseListenAddress(text) !== undefined, {
  error: 'must be ADDRESS:PORT (127.0.0.1:5712, [::1]:5712), unix:/absolute/path or off',
});
const filterAddress = z.string().refine((text) => !/:0*$/.test(text) && parseListenAddress(text) !== undefined, {
  error: 'must be ADDRESS:PORT (127.0.0.1:11333, [::1]:783) or unix:/absolute/path',
});
const relayAddress = z.string().refine((text) => text === 'off' || 'host' in (parseListenAddress(text) ?? {}), {
  error: 'must be ADDRESS:PORT (127.0.0.1:2525, 0.0.0.0:25) or off',
});
const port = (lowest: 0 | 1) => z.number().int().min(lowest).max(65_535);
const addressBlock = z.string().refine((text) => (parsePrefix(text)?.length ?? 0) > 0, {
  error:
    'must be an address or an address block that is not the whole internet (192.0.2.7, 192.0.2.0/24, 2001:db8::/32)',
});
const addressBlocks = (description: string, example: readonly string[]) =>
  key(z.array(addressBlock).default([]), { description, example });
const domain = z.string().refine((text) => /^[^.]+(\.[^.]+)*$/.test(normalizeDomain(text)), {
  error: 'must be a domain name (example.com)',
});
const file = z.string().min(1);
const mailAddress = z.string().refine(isAddress, { error: 'must be a mail address (anna@example.com)' });
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

const tlsServer = z.strictObject({
  certificateFile: key(file, {
    description: 'Certificate chain, PEM, the server certificate first.',
    example: '/etc/cordon/fullchain.pem',
  }),
  keyFile: key(file, { description: 'Private key of the certificate, PEM.', example: '/etc/cordon/key.pem' }),
  clientCaFile: key(file.optional(), {
    description:
      'Certificates of the authorities, PEM, whose client certificates are believed about their names. Without it only fingerprints count, which prove possession of a key whoever signed it.',
    example: '/etc/cordon/client-ca.pem',
  }),
});

const haveOwnLogins = (accounts: readonly { readonly login: string }[]): boolean =>
  new Set(accounts.map(({ login }) => login.toLowerCase())).size === accounts.length;

const account = z.strictObject({
  login: key(z.string().min(1).max(255), { description: 'Login.', example: 'scanner-3' }),
  passwordHash: key(
    z.string().regex(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/, {
      error: 'must be an argon2id hash as `cordon config hash-password` prints it ($argon2id$v=19$m=19456,t=2,p=1$...)',
    }),
    {
      description: 'Argon2id hash (PHC string) of the password, as `cordon config hash-password` prints it.',
      example: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
      secret: true,
    },
  ),
});

const nextHop = z.strictObject({
  host: key(z.string().min(1).max(255), {
    description: 'Name or address of the mail server that takes the mail on.',
    example: 'mail.example.com',
  }),
  port: key(port(1).default(25), { description: 'Port of the next hop.' }),
  tls: key(z.enum(['none', 'opportunistic', 'required']).default('opportunistic'), {
    description:
      'STARTTLS towards the next hop. required: with a certificate that is valid for its name, or the mail is deferred.',
  }),
  caFile: key(file.optional(), {
    description: "Authorities, PEM, that the next hop's certificate must come from; else those that Node brings.",
    example: '/etc/cordon/next-hop-ca.pem',
  }),
});

const listeners = z.strictObject({
  postfixPolicy: z
    .strictObject({
      listen: key(listenAddress.default('127.0.0.1:5712'), {
        description: 'Where the Postfix policy server listens: ADDRESS:PORT, unix:/path or off.',
      }),
    })
    .prefault({}),
  milter: z
    .strictObject({
      listen: key(listenAddress.default('127.0.0.1:5713'), {
        description: 'Where the milter listens: ADDRESS:PORT, unix:/path or off.',
      }),
    })
    .prefault({}),
  smtpRelay: z
    .strictObject({
      listen: key(relayAddress.default('127.0.0.1:2525'), {
        description: 'Where the SMTP relay listens, once a next hop is configured: ADDRESS:PORT or off.',
      }),
      hostname: key(domain.optional(), {
        description: 'Name that the relay greets with, here and at the next hop. Without it: the name of this host.',
        example: 'relay.example.com',
      }),
      nextHop: key(nextHop.optional(), {
        description: 'The mail server behind the relay. The relay is off until it is set.',
      }),
      tls: key(tlsServer.optional(), { description: 'Certificate of the relay; STARTTLS is offered when it is set.' }),
      accounts: key(
        z.array(account).refine(haveOwnLogins, { error: 'must have a login of its own each' }).default([]),
        {
          description:
            'Logins that may authenticate (SMTP AUTH), each with its hash. They are offered after STARTTLS only.',
        },
      ),
      xclientHosts: addressBlocks('Address blocks of the proxies that may tell us the real client with XCLIENT.', [
        '192.0.2.25',
      ]),
      maximumMessageBytes: key(z.number().int().min(65_536).max(4_294_967_295).default(52_428_800), {
        description: 'Largest message that is taken, announced by SIZE.',
        unit: 'bytes',
      }),
    })
    .prefault({}),
  trustedMailServers: addressBlocks(
    'Mail servers that may ask the policy server and the milter from elsewhere. Without it both listen on loopback or Unix sockets only. Other peers are dropped and logged.',
    ['192.0.2.25', '2001:db8::25'],
  ),
});

const http = z.strictObject({
  host: key(z.string().min(1).default('127.0.0.1'), {
    description: 'Address of portal, API, /metrics and health checks. Off loopback it needs tls or trustedProxies.',
  }),
  port: key(port(0).default(5711), {
    description: 'Port of portal, API, /metrics and health checks; 0 takes any free one.',
  }),
  publicUrl: key(
    z
      .url({ protocol: /^https?$/, error: 'must be a URL such as https://cordon.example.com' })
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
    {
      description:
        'Where people reach the portal: links in notifications, and where a sign-in provider sends them back to. Without it: http://HOST:PORT of this section.',
      example: 'https://cordon.example.com',
    },
  ),
  tls: key(tlsServer.omit({ clientCaFile: true }).optional(), { description: 'Certificate of the HTTP port.' }),
  trustedProxies: addressBlocks('Reverse proxies that are believed about X-Forwarded-For. They do the TLS.', [
    '192.0.2.80',
  ]),
});

const organization = z.strictObject({
  name: key(z.string().trim().min(1).max(200).default('My organization'), {
    description: 'Name of the organization that is made at the first start.',
  }),
  acceptedDomains: key(z.array(domain).default([]), {
    description:
      'Domains that are yours: mail to any other domain is relaying. Added at each start; `cordon domain` adds and removes them while it runs.',
    example: ['example.com', 'example.org'],
  }),
  administrator: key(z.email({ error: 'must be a mail address (admin@example.com)' }).max(254).optional(), {
    description:
      'Mail address of the first administrator, whom notifications reach. Taken over by the account `admin` as long as it has none.',
    example: 'admin@example.com',
  }),
});

const secureIssuer = (text: string): boolean => {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '' };
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
};

const oidcProvider = z
  .strictObject({
    name: key(z.string().regex(/^[a-z0-9-]{1,40}$/, { error: "must be 1 to 40 lower-case letters, digits or '-'" }), {
      description: 'What the sign-in button and its address say.',
      example: 'entra',
    }),
    issuer: key(z.string().max(500).refine(secureIssuer, { error: 'must be an https URL (http on loopback only)' }), {
      description: 'Issuer, as the provider publishes it at /.well-known/openid-configuration.',
      example: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0',
    }),
    clientId: key(z.string().min(1).max(255), {
      description: 'Client (application) id that Cordon has there.',
      example: '00000000-0000-0000-0000-000000000000',
    }),
    clientSecret: key(z.string().min(1).max(1_000), {
      description: 'Secret of that client.',
      example: 'choose-a-long-one',
      secret: true,
    }),
    scope: key(
      z
        .string()
        .regex(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, { error: 'must begin with openid' })
        .max(500)
        .default('openid profile email'),
      {
        description: 'Scopes that are asked for. Some providers tell groups only with a scope of that name.',
      },
    ),
    organization: key(z.string().min(1).max(200), {
      description: 'Name of the organization that its people belong to; `provider`: all organizations.',
      example: 'provider',
    }),
    claim: key(z.enum(['roles', 'groups', 'wids']).optional(), {
      description: 'The only claim that is looked at. Without it all three are.',
      example: 'roles',
    }),
    mapping: key(
      z
        .array(
          z.strictObject({
            value: key(z.string().min(1).max(255), {
              description: 'Value of the claim: a role, a group or its id.',
              example: 'cordon-administrators',
            }),
            role: key(z.enum(ROLES), {
              description: 'The role that whoever has the value has here.',
              example: 'Global Administrator',
            }),
          }),
        )
        .max(200)
        .default([]),
      {
        description:
          "Which values mean which role. In `wids`, Entra's Global Administrator, Security Administrator, Global Reader and Security Reader mean themselves.",
      },
    ),
  })
  .refine(
    ({ organization, mapping }) =>
      organization === 'provider' || mapping.every(({ role }) => role !== 'Provider Administrator'),
    { path: ['mapping'], error: 'must not give Provider Administrator to the people of one organization' },
  );

const haveOwnNames = (providers: readonly { readonly name: string }[]): boolean =>
  new Set(providers.map(({ name }) => name)).size === providers.length;

const signIn = z.strictObject({
  idleMinutes: key(z.number().int().min(1).max(1_440).default(60), {
    description: 'A session that is not used for so long is over.',
    unit: 'minutes',
  }),
  sessionHours: key(z.number().int().min(1).max(168).default(12), {
    description: 'A session that is so old is over, used or not.',
    unit: 'hours',
  }),
  assertionDays: key(z.number().int().min(1).max(365).default(30), {
    description:
      'So long after the last sign-in at their provider the API tokens of people who sign in by OpenID Connect have their rights.',
    unit: 'days',
  }),
  oidc: key(
    z.array(oidcProvider).max(20).refine(haveOwnNames, { error: 'must have a name of its own each' }).default([]),
    {
      description: 'Providers where people sign in with OpenID Connect. See docs/sign-in.md.',
    },
  ),
});

const replies = z.strictObject({
  contact: key(
    z
      .string()
      .max(200)
      .regex(/^[\x20-\x7e]*$/, { error: 'must be one line of printable ASCII' })
      .optional(),
    {
      description: 'Whom to ask, appended to the sentence that the sender of refused mail reads.',
      example: 'Help: https://it.example.com/mail or +1 555 0100',
    },
  ),
  incident: key(z.boolean().default(false), {
    description: 'Append the incident id to that sentence, so that a caller can name it.',
  }),
});

const detection = z.strictObject({
  threshold: key(z.number().min(4).max(40).default(13), {
    description: 'The sum at which an entity counts as compromised. Higher: later and surer.',
    unit: 'natural-log likelihood ratio',
  }),
  halfLifeHours: key(z.number().min(1).max(168).default(12), {
    description: 'After this time half of a sum is forgotten.',
    unit: 'hours',
  }),
  gate: key(z.number().int().min(1).max(8).default(3), {
    description: 'How many families of evidence must speak before anything is restricted.',
    unit: 'families',
  }),
});

const contentFilter = z
  .strictObject({
    kind: key(z.enum(['none', 'rspamd-headers', 'spamassassin-headers', 'rspamd', 'spamd']).default('none'), {
      description:
        "Whose word on spam counts. rspamd-headers, spamassassin-headers: that of a filter that ran before Cordon on the same mail server, read from the header it writes; a header that came with the mail counts for nothing. rspamd, spamd: Cordon asks it about each connector's and user's message. See docs/content-filters.md.",
    }),
    spamScore: key(z.number().min(-100).max(1_000).default(6), {
      description:
        "rspamd-headers, rspamd: from this score on a message is spam. Rspamd's own for its action `add header` is 6.",
      unit: 'points',
    }),
    secret: key(
      z
        .string()
        .regex(/^[A-Za-z0-9_-]{16,64}$/, { error: "must be 16 to 64 letters, digits, '-' or '_'" })
        .optional(),
      {
        description: 'spamassassin-headers: the secret by which its own header is told from what a client writes.',
        example: 'k3Qw-v9_Zt7LmB2x',
        secret: true,
      },
    ),
    address: key(filterAddress.optional(), {
      description:
        'rspamd, spamd: where it listens, ADDRESS:PORT or unix:/path. Without it: 127.0.0.1:11333 (rspamd), 127.0.0.1:783 (spamd). Mail goes there in clear.',
      example: '127.0.0.1:11333',
    }),
    timeoutMilliseconds: key(z.number().int().min(50).max(5_000).default(2_000), {
      description: 'rspamd, spamd: the longest that a message waits for its word. Past it the message goes on without.',
      unit: 'milliseconds',
    }),
    maximumBytes: key(z.number().int().min(4_096).max(1_048_576).default(262_144), {
      description:
        'rspamd, spamd: they are not asked about a longer message. Each SMTP session in DATA keeps so much in memory at the most.',
      unit: 'bytes',
    }),
    password: key(
      z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 printable ASCII characters without blanks' })
        .optional(),
      {
        description: "rspamd: the controller's password, where that is asked instead of the normal worker.",
        example: 'q1-controller',
        secret: true,
      },
    ),
    user: key(
      z
        .string()
        .regex(/^[A-Za-z0-9._@+-]{1,100}$/, {
          error: "must be 1 to 100 letters, digits, '.', '_', '@', '+' or '-'",
        })
        .optional(),
      {
        description: 'spamd: whose preferences and Bayes data it uses. Without it: its own default.',
        example: 'relay',
      },
    ),
  })
  .refine(({ kind, secret }) => kind !== 'spamassassin-headers' || secret !== undefined, {
    path: ['secret'],
    error: 'is missing: spamassassin-headers needs the secret that SpamAssassin writes into its header',
  });

const postfixLog = z.strictObject({
  file: key(file, { description: 'The mail log, as it is called before it is rotated.', example: '/var/log/mail.log' }),
  mailServer: key(z.string().min(1).max(255).default('local'), {
    description:
      'Whose log it is: `local` for the Postfix on this host; else the address from which the mail server asks, or `listeners.smtpRelay.nextHop.host` as written there.',
  }),
});

const feedback = z.strictObject({
  postfixLogs: key(z.array(postfixLog).max(20).default([]), {
    description:
      'Mail logs that are followed for what became of each recipient: the trace shows it, and recipients that do not exist are evidence. See docs/mta/feedback.md.',
  }),
});

const notifications = z
  .strictObject({
    host: key(z.string().min(1).max(255).default('127.0.0.1'), {
      description:
        "Mail server that takes Cordon's own mail: notifications, and non-delivery reports of connectors with `ndr`. See docs/notifications.md.",
    }),
    port: key(port(1).default(25), {
      description:
        'Its port. With 25 a restriction of the connector that owns this host stops the alert about it, too: docs/mta/postfix.md has a service of its own on 10587.',
    }),
    from: key(mailAddress.optional(), {
      description:
        'Who writes notifications. Without it: cordon@ the first of `organization.acceptedDomains`, else the name of this host.',
      example: 'cordon@example.com',
    }),
    envelopeSender: key(mailAddress.optional(), {
      description:
        'Whom bounces of notifications go to. Without it: nobody (the null sender), and nothing can answer them.',
      example: 'postmaster@example.com',
    }),
    tls: key(z.enum(['none', 'opportunistic', 'required']).default('opportunistic'), {
      description:
        'STARTTLS towards that mail server (port 465: TLS from the first byte). required: with a certificate that is valid for its name, or the notification waits.',
    }),
    caFile: key(file.optional(), {
      description: "Authorities, PEM, that the mail server's certificate must come from; else those that Node brings.",
      example: '/etc/cordon/mail-ca.pem',
    }),
    user: key(z.string().min(1).max(255).optional(), {
      description: 'Login at that mail server. Off loopback it needs tls: required.',
      example: 'cordon',
    }),
    password: key(z.string().min(1).max(1_000).optional(), {
      description: 'Its password.',
      example: 'correct-horse',
      secret: true,
    }),
    privateWebhookTargets: addressBlocks(
      "Address blocks that webhooks may lead to although they are not public, such as your own chat server's. Whoever may make webhooks can reach what listens there.",
      ['192.0.2.40/32'],
    ),
    webhookCaFile: key(file.optional(), {
      description: 'Authorities, PEM, that webhooks may have their certificate from, beside those that Node brings.',
      example: '/etc/cordon/webhook-ca.pem',
    }),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    error: 'and user belong together: one of them is missing',
  })
  .refine(({ host, tls, user }) => user === undefined || tls === 'required' || LOOPBACK.test(host), {
    path: ['tls'],
    error: 'must be required where there is a password: else anybody on the way could read it',
  });

const retention = z.strictObject({
  journalDays: key(z.number().int().min(15).max(3650).default(30), {
    description:
      'How long the journal (message trace) is kept. The detector needs 15 days of it. These are for all organizations that choose nothing else: see docs/privacy.md.',
    unit: 'days',
  }),
  evidenceDays: key(z.number().int().min(15).max(3650).default(180), {
    description: 'How long alerts are kept, and the evidence of a restriction after it ended.',
    unit: 'days',
  }),
  auditDays: key(z.number().int().min(30).max(3650).default(365), {
    description: 'How long audit records are kept, and restrictions after they ended.',
    unit: 'days',
  }),
});

const audit = z.strictObject({
  headWebhook: key(
    z.url({ protocol: /^https$/, error: 'must be a URL such as https://witness.example.com/heads' }).optional(),
    {
      description:
        'Where the head of each chain of the audit log is sent, each minute in which it moved: a witness elsewhere, with which `cordon audit verify --head` finds what was cut off. See docs/audit.md.',
      example: 'https://witness.example.com/heads',
    },
  ),
});

const deadlines = z.strictObject({
  durableMilliseconds: key(z.number().int().min(10).max(60_000).default(2_000), {
    description: 'How long a refusal waits for its restriction to be on disk; past it the mail is deferred with 451.',
    unit: 'milliseconds',
  }),
});

export const configSchema = z.strictObject({
  dataDirectory: key(z.string().min(1).default('./data'), {
    description: 'Where Cordon keeps its data; `--data DIR` overrides it. Relative to the working directory.',
  }),
  organization: organization.prefault({}),
  listeners: listeners.prefault({}),
  http: http.prefault({}),
  signIn: signIn.prefault({}),
  whenUncertain: key(z.enum(['accept', 'defer']).default('accept'), {
    description:
      'The answer where the guard fails to decide, by a fault of its own: logged, counted, and told by an alert.',
  }),
  replies: replies.prefault({}),
  detection: detection.prefault({}),
  contentFilter: contentFilter.prefault({}),
  feedback: feedback.prefault({}),
  notifications: notifications.prefault({}),
  subjects: key(z.enum(['full', 'first-20', 'off']).default('full'), {
    description:
      'How much of a subject the journal keeps, of organizations that choose nothing else. Bodies are never kept.',
  }),
  retention: retention.prefault({}),
  audit: audit.prefault({}),
  deadlines: deadlines.prefault({}),
  logLevel: key(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'), {
    description: 'The least severity that is logged.',
  }),
});

/** The whole configuration, every default filled in. Its shape is that of cordon.yaml. */
export type Config = z.output<typeof configSchema>;

/** The configuration of an empty file. */
export const defaultConfig = (): Config => configSchema.parse({});
