import { describe, expect, test } from 'vitest';
import { meaningOf } from './meaning.ts';

const bounced = (dsn: string, text = '') => meaningOf({ status: 'bounced', dsn, text });

describe('what an answer says of the recipient list', () => {
  test('delivered is accepted, a deferral says nothing yet', () => {
    expect(meaningOf({ status: 'sent', dsn: '2.0.0', text: '250 Ok' })).toBe('accepted');
    expect(meaningOf({ status: 'deferred', dsn: '4.1.1', text: '450 4.1.1 unverified' })).toBeUndefined();
    expect(meaningOf({ status: 'undeliverable', dsn: '5.1.1', text: 'probe' })).toBeUndefined();
  });

  test.each([
    ['5.1.1', '550 5.1.1 The email account that you tried to reach does not exist'],
    ['5.1.10', '550 5.1.10 RESOLVER.ADR.RecipientNotFound'],
    ['5.2.1', '550 5.2.1 mailbox disabled'],
    ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied'],
    ['5.4.4', 'Host or domain name not found. Name service error for name=gone.example type=A: Host not found'],
    ['5.0.0', 'host mx.example[192.0.2.1] said: 550 User unknown (in reply to RCPT TO command)'],
    ['5.0.0', 'host mx.example[192.0.2.1] said: 554 delivery error: This user doesn’t have an account'],
  ])('%s is a recipient who does not exist: %s', (dsn, text) => expect(bounced(dsn, text)).toBe('refused'));

  test.each([
    ['5.7.1', '550 5.7.1 Message rejected as spam'],
    ['5.7.26', '550 5.7.26 not authenticated, DMARC'],
    ['5.2.2', '552 5.2.2 mailbox full'],
    ['5.3.4', 'message size 31457280 exceeds size limit 20971520 of server'],
    ['5.1.8', '550 5.1.8 Access denied, bad outbound sender AS(42004)'],
    ['5.4.6', 'mail for far.example loops back to myself'],
    ['4.4.7', 'expired'],
    ['5.0.0', 'host mx.example[192.0.2.1] said: 550 blocked using zen.example'],
    [
      '5.0.0',
      'host mx.example[192.0.2.1] said: 554 Your access to this mail system has been rejected due to poor reputation',
    ],
    ['', ''],
  ])('%s is about something else: %s', (dsn, text) => expect(bounced(dsn, text)).toBeUndefined());
});
