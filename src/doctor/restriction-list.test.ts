import { describe, expect, test } from 'vitest';
import { findPolicyCheck, isDoor, readPeer, wordsOf } from './restriction-list.ts';

const DOOR = '127.0.0.1:5712';

test('a list is taken apart as Postfix does it: at blanks and commas, with braces kept together', () => {
  expect(wordsOf('permit_mynetworks, check_policy_service { inet:a:1, timeout=2s },\n  reject')).toEqual([
    'permit_mynetworks',
    'check_policy_service',
    '{ inet:a:1, timeout=2s }',
    'reject',
  ]);
  expect(readPeer('{ inet:a:1, timeout=2s, default_action=DUNNO }')).toEqual({
    address: 'inet:a:1',
    attributes: new Map([
      ['timeout', '2s'],
      ['default_action', 'DUNNO'],
    ]),
  });
});

test.each([
  ['inet:127.0.0.1:5712', DOOR, true],
  ['inet:localhost:5712', DOOR, true],
  ['inet::5712', DOOR, true],
  ['inet:127.0.0.1:5713', DOOR, false],
  ['inet:192.0.2.1:5712', DOOR, false],
  ['inet:192.0.2.1:5712', '192.0.2.1:5712', true],
  ['inet:192.0.2.1:5712', '0.0.0.0:5712', true],
  ['inet:[::1]:5712', '[::1]:5712', true],
  ['unix:private/cordon', 'unix:/var/spool/postfix/private/cordon', true],
  ['unix:private/other', 'unix:/var/spool/postfix/private/cordon', false],
  ['inet:127.0.0.1:5712', 'off', false],
])('%s is the door %s: %s', (address, door, expected) => {
  expect(isDoor(readPeer(address), door)).toBe(expected);
});

describe('where a list asks the policy server', () => {
  const check = `check_policy_service inet:${DOOR}`;

  test('first: nothing stands before it', () => {
    expect(findPolicyCheck(`${check}, permit_mynetworks, reject`, DOOR)).toMatchObject({
      permitsBefore: [],
      tablesBefore: [],
    });
  });

  test('after permits and tables: they are named, and the better list has it first', () => {
    const list = `reject_unlisted_recipient permit_mynetworks, check_client_access cidr:/x permit_sasl_authenticated ${check} reject`;
    expect(findPolicyCheck(list, DOOR)).toMatchObject({
      permitsBefore: ['permit_mynetworks', 'permit_sasl_authenticated'],
      tablesBefore: ['check_client_access'],
      better: `${check}, reject_unlisted_recipient permit_mynetworks check_client_access cidr:/x permit_sasl_authenticated reject`,
    });
  });

  test('in a restriction class', () => {
    const classOf = (name: string) => (name === 'ask' ? `permit_mynetworks, ${check}` : undefined);
    expect(findPolicyCheck('ask, reject', DOOR, classOf)).toMatchObject({ permitsBefore: ['permit_mynetworks'] });
  });

  test('another policy server is none of ours', () => {
    expect(findPolicyCheck('check_policy_service inet:127.0.0.1:10023', DOOR)).toBeUndefined();
  });
});
