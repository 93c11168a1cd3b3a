// One question a mail server asks us: the same thing whichever door it came through.

/** How far the SMTP transaction is, in Postfix's words. */
export type Stage = 'CONNECT' | 'MAIL' | 'RCPT' | 'DATA' | 'END-OF-MESSAGE';

export type ListenerName = 'postfix-policy' | 'milter' | 'smtp-relay';

/** What the client proved by its TLS client certificate. */
export interface ClientCertificate {
  /** SHA-256 of the DER certificate, 64 lower-case hexadecimal digits. Proves possession of its key, whoever signed it. */
  readonly fingerprint?: string | undefined;
  /** Common name and DNS names, decoded, lower case. Only those of a chain that the mail server trusts: anybody can sign himself a name. */
  readonly names: readonly string[];
}

/** What is known of the client for a whole SMTP session. Absent attributes are undefined, never '' (an empty login is none). */
export interface RelayClient {
  /** Which mail server asks: its address, canonical; 'local' for loopback and Unix sockets. */
  readonly mailServer: string;
  /** Canonical text (`normalizeIp`), or 'unknown'. */
  readonly clientAddress: string;
  /** 0 where unknown. */
  readonly clientPort: number;
  /** True for mail that was handed in on the mail server itself, with sendmail(1): there is no SMTP client then. */
  readonly isLocalSubmission?: boolean | undefined;
  readonly clientName?: string | undefined;
  readonly heloName?: string | undefined;
  /** The SASL login, as the mail server verified it, lower case. */
  readonly saslUsername?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
}

/** One question. Shapes are those of Postfix's policy protocol (SMTPD_POLICY_README). */
export interface RelayRequest {
  readonly listener: ListenerName;
  readonly stage: Stage;
  readonly client: RelayClient;
  /** '' is the null reverse-path, a real case. As given, without brackets. */
  readonly envelopeSender: string;
  /** At RCPT; as given, without brackets. */
  readonly recipient?: string | undefined;
  readonly queueId?: string | undefined;
  /** Postfix's id of one message of one session; the listener's own where the protocol has none. */
  readonly instance: string;
  /** `ControlClock.now` at this message's MAIL FROM: what an unblock since then must not be judged by. */
  readonly since: number;
}

/** A recipient and what it was answered. */
export interface RecipientAnswer {
  readonly address: string;
  /** SMTP code: 250, or why not. Through the policy protocol our own answer: the mail server's later word is not known there. */
  readonly code: number;
}

/** What the guard reads of a message; the body itself is never kept. */
export interface MessageContent {
  /** The From header field as written, unfolded and RFC 2047-decoded; '' if missing. */
  readonly headerFrom: string;
  readonly subject: string;
  readonly messageId: string;
  /** At most 300 characters of decoded text from at most 4 KiB of body; '' if there is none. */
  readonly textHead: string;
  /** Addresses of Reply-To, normalized, at most 4; undefined or [] if there is none. */
  readonly replyTo?: readonly string[] | undefined;
  /** True where In-Reply-To or References says that it answers something. */
  readonly isReply?: boolean | undefined;
  /** True where Auto-Submitted says that no person wrote it (RFC 3834 5). */
  readonly isAutomatic?: boolean | undefined;
  /** Hosts that links of the body's beginning lead to, lower case, each once, at most 8. */
  readonly linkHosts?: readonly string[] | undefined;
  /** How many links show another host than the one they lead to; at most 8 are counted. */
  readonly misleadingLinks?: number | undefined;
  /** The content filter's word; undefined where none is configured or it said nothing. */
  readonly spam?: boolean | undefined;
}

/** A whole message at its end, as a listener saw it. */
export interface RelayedMessage {
  readonly listener: ListenerName;
  readonly client: RelayClient;
  readonly envelopeSender: string;
  readonly recipients: readonly RecipientAnswer[];
  /** Bytes; 0 where unknown. */
  readonly messageBytes: number;
  readonly queueId?: string | undefined;
  readonly instance: string;
  readonly since: number;
  /** Undefined from the policy protocol, which carries none. */
  readonly content?: MessageContent | undefined;
  /** True where only RCPT was seen, so that nobody knows whether the mail was taken. */
  readonly attempted: boolean;
}
