import { expect, test } from 'vitest';
import { REPLIES } from '../../mail/replies.ts';
import { writeAnswer } from './write-answer.ts';

test('accepting is DUNNO: OK would end the restrictions of main.cf and open a relay', () => {
  expect(writeAnswer({ action: 'accept' })).toBe('action=DUNNO\n\n');
});

test.each([
  ['restrictedConnector', 'reject', 'action=550 5.7.711 Access denied, bad inbound connector. AS(2204).\n\n'],
  ['restrictedUser', 'reject', 'action=550 5.1.8 Access denied, bad outbound sender AS(42004)\n\n'],
  ['relayDenied', 'reject', 'action=550 5.7.64 TenantAttribution; Relay Access Denied SMTP\n\n'],
  ['newConnectorHeld', 'defer', 'action=451 4.7.1 New connector held for review, try again later\n\n'],
  ['guardUncertain', 'defer', 'action=451 4.7.1 Service unavailable, try again later\n\n'],
] as const)('%s has exactly these bytes', (name, action, bytes) => {
  expect(writeAnswer({ action, reply: REPLIES[name], because: 'uncertain' })).toBe(bytes);
});

test('a text cannot end the answer or leave ASCII', () => {
  const reply = { code: 550, enhanced: '5.7.1', text: 'one\naction=OK\r\n\ntwo\0 Büro' };
  expect(writeAnswer({ action: 'reject', reply, because: 'uncertain' })).toBe(
    'action=550 5.7.1 one action=OK two  B ro\n\n',
  );
});
