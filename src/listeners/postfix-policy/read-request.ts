// Reads Postfix's policy delegation protocol (SMTPD_POLICY_README): lines `name=value`, an empty line ends a question.
// The first thing that a question meets; called for every recipient, so that only the attributes we use are taken out.

/** One question as it stands on the wire. An attribute that was absent is ''; those that we do not use are not kept. */
export interface PolicyRequest {
  /** `protocol_state`: CONNECT, EHLO, HELO, MAIL, RCPT, DATA, END-OF-MESSAGE, VRFY, ETRN. */
  stage: string;
  clientAddress: string;
  clientName: string;
  clientPort: string;
  serverPort: string;
  heloName: string;
  sender: string;
  recipient: string;
  queueId: string;
  instance: string;
  size: string;
  saslUsername: string;
  /** Common name in xtext; Postfix fills it in for trusted chains only. */
  certificateSubject: string;
  /** Digest of the certificate, whoever signed it, in the algorithm of `smtpd_tls_fingerprint_digest`. */
  certificateFingerprint: string;
}

/** Postfix sends less than 2 KiB; every value it sends is limited by `line_length_limit`. */
export const LONGEST_REQUEST = 64 * 1024;

/**
 * The questions of one connection: `push` what was received, then `next` until it is undefined.
 * Once `malformed` says why, there is no next question any more: nobody knows where it would begin.
 */
export class RequestReader {
  malformed: string | undefined;
  #text = '';
  /** Where the next question begins. */
  #from = 0;
  /** Up to where there is no end of a question. */
  #searched = 0;

  push(text: string): void {
    if (this.malformed !== undefined) return;
    // Postfix writes C strings. A CR inside a value can come from it (a quoted local part), so that one is a value as any other.
    if (text.includes('\0')) {
      this.#stop('a NUL byte');
      return;
    }
    if (this.#from === this.#text.length) this.#text = text;
    else this.#text = this.#text.slice(this.#from) + text;
    this.#searched -= this.#from;
    this.#from = 0;
  }

  /** True where a question has begun and not ended. */
  get isInRequest(): boolean {
    return this.#from < this.#text.length;
  }

  /** The next whole question; undefined where it has not come yet, or where `malformed`. */
  next(): PolicyRequest | undefined {
    if (this.malformed !== undefined) return undefined;
    const text = this.#text;
    const end = text.indexOf('\n\n', Math.max(this.#from, this.#searched - 1));
    if ((end === -1 ? text.length : end) - this.#from > LONGEST_REQUEST) return this.#stop('a question too long');
    if (end === -1) {
      this.#searched = text.length;
      if (text.startsWith('\n', this.#from)) return this.#stop('an empty question');
      if (text.includes('\n\r\n', this.#from)) return this.#stop('lines that end with CRLF');
      return undefined;
    }
    const from = this.#from;
    this.#from = end + 2;
    this.#searched = end + 2;
    const request = readRequest(text, from, end);
    return typeof request === 'string' ? this.#stop(request) : request;
  }

  #stop(why: string): undefined {
    this.malformed = why;
    this.#text = '';
    this.#from = 0;
    this.#searched = 0;
  }
}

/** The question that stands in `text` from `from` to the line end at `end`; or why it is none. */
function readRequest(text: string, from: number, end: number): PolicyRequest | string {
  const request: PolicyRequest = {
    stage: '',
    clientAddress: '',
    clientName: '',
    clientPort: '',
    serverPort: '',
    heloName: '',
    sender: '',
    recipient: '',
    queueId: '',
    instance: '',
    size: '',
    saslUsername: '',
    certificateSubject: '',
    certificateFingerprint: '',
  };
  let isPolicyRequest = false;
  for (let at = from; at <= end; ) {
    const lineEnd = text.indexOf('\n', at);
    const equals = text.indexOf('=', at);
    if (equals === -1 || equals > lineEnd) return "a line without '='";
    // By the length of the name, so that an attribute costs one comparison or two and no new string.
    switch (equals - at) {
      case 4:
        if (text.startsWith('size', at)) request.size = text.slice(equals + 1, lineEnd);
        break;
      case 6:
        if (text.startsWith('sender', at)) request.sender = text.slice(equals + 1, lineEnd);
        break;
      case 7:
        if (text.startsWith('request', at)) isPolicyRequest = text.startsWith('smtpd_access_policy\n', equals + 1);
        break;
      case 8:
        if (text.startsWith('instance', at)) request.instance = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('queue_id', at)) request.queueId = text.slice(equals + 1, lineEnd);
        break;
      case 9:
        if (text.startsWith('recipient', at)) request.recipient = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('helo_name', at)) request.heloName = text.slice(equals + 1, lineEnd);
        break;
      case 11:
        if (text.startsWith('client_name', at)) request.clientName = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('client_port', at)) request.clientPort = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('server_port', at)) request.serverPort = text.slice(equals + 1, lineEnd);
        break;
      case 13:
        if (text.startsWith('sasl_username', at)) request.saslUsername = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('ccert_subject', at)) request.certificateSubject = text.slice(equals + 1, lineEnd);
        break;
      case 14:
        if (text.startsWith('client_address', at)) request.clientAddress = text.slice(equals + 1, lineEnd);
        else if (text.startsWith('protocol_state', at)) request.stage = text.slice(equals + 1, lineEnd);
        break;
      case 17:
        if (text.startsWith('ccert_fingerprint', at)) request.certificateFingerprint = text.slice(equals + 1, lineEnd);
        break;
    }
    at = lineEnd + 1;
  }
  if (!isPolicyRequest) return 'not request=smtpd_access_policy';
  return request;
}
