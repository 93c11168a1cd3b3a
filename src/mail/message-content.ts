// What the guard reads of a message: From, Subject, Message-ID, what it answers, its links and the head of its text. Used by the doors that see
// content (milter, SMTP relay), on the hot path, before the final answer. Pure; never throws; broken input gives a best effort.

import { cutText } from './charset.ts';
import { decodeHeader } from './encoded-word.ts';
import { bodyStart, type HeaderField, headerValue, readHeaders } from './header-reader.ts';
import { linksOf } from './links.ts';
import { mailboxesOf } from './mailboxes.ts';
import type { MessageContent } from './relay-request.ts';
import { textHead, textParts } from './text-parts.ts';

/** How much of a body is looked at, bytes. */
export const BODY_BYTES = 4096;
/** How much of a header is looked at, bytes. */
export const HEADER_BYTES = 65_536;
const MOST_REPLY_TO = 4;
/** RFC 5322 2.1.1: no line is longer. Decoded values are cut here, so that nobody can fill the journal. */
export const VALUE_CHARACTERS = 998;

/**
 * The content of a message whose header fields are apart already (milter). Of `body`, its beginning, at most BODY_BYTES
 * are looked at. `spam` is the content filter's word.
 */
export function messageContent(
  headers: readonly HeaderField[],
  body: Buffer,
  spam?: boolean | undefined,
): MessageContent {
  const parts = textParts(headers, body.length > BODY_BYTES ? body.subarray(0, BODY_BYTES) : body);
  const links = linksOf(parts);
  return {
    headerFrom: decodedValue(headers, 'from'),
    subject: decodedValue(headers, 'subject'),
    messageId: decodedValue(headers, 'message-id'),
    textHead: textHead(parts),
    replyTo: replyToOf(headers),
    isReply: isFilled(headers, 'in-reply-to') || isFilled(headers, 'references'),
    isAutomatic: isAutomatic(headers),
    linkHosts: links.hosts,
    misleadingLinks: links.misleading,
    spam,
  };
}

function replyToOf(headers: readonly HeaderField[]): readonly string[] {
  const value = headerValue(headers, 'reply-to');
  return value === undefined
    ? []
    : mailboxesOf(value.slice(0, VALUE_CHARACTERS))
        .slice(0, MOST_REPLY_TO)
        .map(({ address }) => address);
}

function isFilled(headers: readonly HeaderField[], name: string): boolean {
  return (headerValue(headers, name) ?? '').trim() !== '';
}

/** RFC 3834 5: any value but `no`. */
function isAutomatic(headers: readonly HeaderField[]): boolean {
  const value = headerValue(headers, 'auto-submitted');
  return value !== undefined && !/^\s*(?:no\b.*)?$/is.test(value.slice(0, VALUE_CHARACTERS));
}

function decodedValue(headers: readonly HeaderField[], name: string): string {
  const value = headerValue(headers, name);
  return value === undefined ? '' : cutText(decodeHeader(value), VALUE_CHARACTERS);
}

/**
 * Reads the content from the bytes of a message as they pass (SMTP relay). Keeps at most HEADER_BYTES + BODY_BYTES of them.
 *
 *     const reader = new ContentReader();
 *     reader.write(chunk);            // for each chunk; costs next to nothing once the reader has enough
 *     const content = reader.end();   // at the end of the message, or before it: then of what came
 */
export class ContentReader {
  #head: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Where the search for the empty line goes on: the beginning of a line. */
  #searched = 0;
  #bodyAt = -1;
  #enough = false;

  /**
   * The next bytes of the message, header first; lines end in CRLF or LF, chunks anywhere. Dots may still be stuffed:
   * only the text head would show it.
   */
  write(chunk: Buffer): void {
    if (this.#enough || chunk.length === 0) return;
    this.#append(chunk);
    const head = this.#head.subarray(0, this.#length);
    if (this.#bodyAt === -1) {
      this.#bodyAt = bodyStart(head, this.#searched);
      this.#searched = head.lastIndexOf(0x0a) + 1;
    }
    this.#enough = head.length >= (this.#bodyAt === -1 ? HEADER_BYTES : this.#bodyAt + BODY_BYTES);
  }

  /** Copies: a slice would keep the socket's whole chunk alive until the end of the message. */
  #append(chunk: Buffer): void {
    const length = Math.min(this.#length + chunk.length, HEADER_BYTES + BODY_BYTES);
    if (length > this.#head.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#length));
      this.#head.copy(grown, 0, 0, this.#length);
      this.#head = grown;
    }
    chunk.copy(this.#head, this.#length);
    this.#length = length;
  }

  /**
   * What was read. Of a header longer than HEADER_BYTES what its beginning says, and no text. `spamIn` tells the word of a
   * content filter that stands in the header.
   */
  end(spamIn: (headers: readonly HeaderField[]) => boolean | undefined = () => undefined): MessageContent {
    const bodyAt = this.#bodyAt === -1 ? this.#length : this.#bodyAt;
    const headers = readHeaders(this.#head.subarray(0, bodyAt));
    return messageContent(headers, this.#head.subarray(bodyAt, this.#length), spamIn(headers));
  }
}
