import { describe, expect, test } from 'vitest';
import { isWithin, parsePrefixes, readXclient } from './xclient.ts';

describe('XCLIENT', () => {
  test('says everything about the client, in xtext', () => {
    expect(
      readXclient(
        'ADDR=192.0.2.7 PORT=25000 NAME=Mail.Example HELO=he+2Blo PROTO=ESMTP LOGIN=Anna+40X DESTADDR=1.2.3.4',
      ),
    ).toEqual({
      clientAddress: '192.0.2.7',
      clientPort: 25_000,
      clientName: 'mail.example',
      heloName: 'he+lo',
      saslUsername: 'anna@x',
      isExtended: true,
    });
  });

  test.each([
    ['IPV6:2001:DB8:0::7', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['IPV6:::ffff:192.0.2.7', '192.0.2.7'],
    ['[UNAVAILABLE]', 'unknown'],
    ['[tempunavail]', 'unknown'],
  ])('the address %s is %s', (text, address) => {
    expect(readXclient(`ADDR=${text}`)).toMatchObject({ clientAddress: address });
  });

  test('leaves the address alone where it does not name it', () => {
    expect(readXclient('LOGIN=anna')).toMatchObject({ clientAddress: undefined, saslUsername: 'anna' });
  });

  test('says that something is not known, or nothing: no login is the empty one', () => {
    const facts = { saslUsername: undefined, heloName: undefined, clientName: undefined, clientPort: 0 };
    expect(readXclient('ADDR=192.0.2.7 LOGIN= HELO=[UNAVAILABLE] NAME=[TEMPUNAVAIL] PORT=[UNAVAILABLE]')).toMatchObject(
      facts,
    );
  });

  test.each(['', 'ADDR', 'ADDR=300.1.1.1', 'ADDR=mail.example', 'PORT=x', 'PORT=70000', 'COLOR=red', '=x'])(
    '%j is refused',
    (argument) => {
      expect(readXclient(argument)).toMatch(/^501 5\.5\.4 /);
    },
  );
});

test('an address is within its prefixes, and no other is', () => {
  const prefixes = parsePrefixes(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);
  const inside = ['192.0.2.1', '2001:db8:1::9', '198.51.100.7'];
  const outside = ['192.0.3.1', '2001:db9::1', '198.51.100.8', 'unknown'];
  expect(inside.filter((address) => isWithin(prefixes, address))).toEqual(inside);
  expect(outside.filter((address) => isWithin(prefixes, address))).toEqual([]);
});
