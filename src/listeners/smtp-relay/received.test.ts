import { describe, expect, test } from 'vitest';
import type { RelayClient } from '../../mail/relay-request.ts';
import { countReceived, receivedLine, type TraceFacts } from './received.ts';

const CLIENT: RelayClient = {
  mailServer: 'local',
  clientAddress: '192.0.2.7',
  clientPort: 1,
  heloName: 'client.example',
};
const FACTS: TraceFacts = {
  client: CLIENT,
  hostname: 'relay.example',
  isExtended: true,
  isEncrypted: false,
  isSmtpUtf8: false,
  id: 'x-1',
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
};

describe('the trace line', () => {
  test('says who gave the message to whom, how and when', () => {
    expect(receivedLine({ ...FACTS, client: { ...CLIENT, clientName: 'mail.example' } })).toBe(
      'Received: from client.example (mail.example [192.0.2.7])\r\n\tby relay.example (Cordon) with ESMTP id x-1;\r\n\tFri, 02 Jan 2026 03:04:05 +0000\r\n',
    );
  });

  test.each([
    [{ isExtended: false, isEncrypted: false }, undefined, 'SMTP'],
    [{}, undefined, 'ESMTP'],
    [{ isEncrypted: true }, undefined, 'ESMTPS'],
    [{}, 'anna', 'ESMTPA'],
    [{ isEncrypted: true }, 'anna', 'ESMTPSA'],
    [{ isSmtpUtf8: true, isEncrypted: true }, 'anna', 'UTF8SMTPSA'],
  ])('names the protocol: %o, login %s: %s', (facts, saslUsername, protocol) => {
    expect(receivedLine({ ...FACTS, ...facts, client: { ...CLIENT, saslUsername } })).toContain(
      ` with ${protocol} id `,
    );
  });

  test('gives an IPv6 address its tag', () => {
    expect(receivedLine({ ...FACTS, client: { ...CLIENT, clientAddress: '2001:db8::7' } })).toContain(
      '[IPv6:2001:db8::7]',
    );
  });

  test('holds nothing of a name that could end it', () => {
    const client = { ...CLIENT, heloName: 'a(b)\r\nX: <y>;"', clientName: 'c d]' };
    expect(receivedLine({ ...FACTS, client })).toContain('Received: from a?b???X:??y??? (c?d] [192.0.2.7])\r\n');
  });
});

describe('the count of Received fields', () => {
  test('counts the fields of the header only, in any case', () => {
    const head =
      'Received: a\r\nRECEIVED: b\r\n\tReceived: folded\r\nX-Received: c\r\nreceived: d\r\n\r\nReceived: body\r\n';
    expect(countReceived(Buffer.from(head))).toBe(3);
  });

  test('counts what there is of a header without an end', () => {
    expect(countReceived(Buffer.from('Received: a\r\nReceived: b'))).toBe(2);
    expect(countReceived(Buffer.alloc(0))).toBe(0);
  });
});
