import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { cmdletInputOf } from './cmdlet-input.ts';

test('hashtables lose what says how they are to be read, at every depth', () => {
  const body = {
    CmdletInput: {
      CmdletName: ' Set-Thing ',
      Parameters: {
        '@odata.type': '#Exchange.GenericHashTable',
        Name: 'x@odata.type',
        'Addresses@odata.type': '#Collection(Exchange.GenericHashTable)',
        Addresses: [
          { '@odata.type': '#Exchange.GenericHashTable', Add: ['a'], 'Add@odata.type': '#Collection(String)' },
        ],
        'At@data.type': 'System.DateTime',
        At: null,
      },
    },
  };
  expect(cmdletInputOf(body)).toEqual({
    name: 'Set-Thing',
    parameters: { Name: 'x@odata.type', Addresses: [{ Add: ['a'] }], At: null },
  });
});

test('any JSON is an input or an error of the client', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), fc.jsonValue({ maxDepth: 20 }), (name, parameters) => {
      for (const body of [name, { CmdletInput: name }, { CmdletInput: { CmdletName: name, Parameters: parameters } }]) {
        try {
          const input = cmdletInputOf(body);
          expect(JSON.stringify(input.parameters)).not.toMatch(/@odata\.type":/);
        } catch (error) {
          expect(error).toBeInstanceOf(CmdletError);
        }
      }
    }),
  );
});

test('what JSON calls __proto__ is a name like others', () => {
  const body = JSON.parse('{"CmdletInput":{"CmdletName":"a","Parameters":{"__proto__":{"isAdmin":true}}}}');
  const { parameters } = cmdletInputOf(body);
  expect(Object.keys(parameters)).toEqual(['__proto__']);
  expect((parameters as { isAdmin?: boolean }).isAdmin).toBeUndefined();
});
