import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMON_PARAMETERS } from '../../cmdlets/bind.ts';
import { type Cmdlet, cmdlet } from '../../cmdlets/cmdlet.ts';
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { boolean, dateTime, flag, guid, int, listChange, oneOf, text, texts } from '../../cmdlets/parameter.ts';
import { CMDLETS } from '../../cmdlets/table.ts';
import { bindLine } from './binder.ts';
import { CORDON_PARAMETERS, formalsOf } from './formal.ts';

const GUID = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const sample: Cmdlet = cmdlet({
  name: 'Set-Sample',
  synopsis: '',
  parameters: {
    Identity: text({ required: true, position: 0, help: '' }),
    Second: text({ position: 1, help: '' }),
    Reason: text({ help: '', aliases: ['Why'] }),
    ConnectorId: guid({ help: '' }),
    Enabled: boolean({ help: '' }),
    Force: flag({ help: '' }),
    ResultSize: int({ help: '' }, { min: 1, max: 10 }),
    StartDate: dateTime({ help: '' }),
    Operations: texts({ help: '' }),
    Kind: oneOf(['Big', 'Small'], { help: '' }),
    Addresses: listChange({ help: '' }),
  },
  action: 'connectors.write',
  isChange: true,
  shouldProcess: { impact: 'High', asks: () => '' },
  output: [],
  examples: [],
  run: async () => [],
});

const bound = (...words: string[]) => bindLine(sample, words);
const parameters = (...words: string[]) => bound('x', ...words).parameters;
const refusal = (...words: string[]): CmdletError => {
  try {
    bound(...words);
  } catch (error) {
    if (error instanceof CmdletError) return error;
    throw error;
  }
  throw new Error('it was bound');
};

describe('a value', () => {
  test.each([
    [['-Reason', 'two words'], { Reason: 'two words' }],
    [['-Reason:two words'], { Reason: 'two words' }],
    [['-Reason:', 'two words'], { Reason: 'two words' }],
    [['\u2013reason', 'x'], { Reason: 'x' }],
    [['-WHY', 'x'], { Reason: 'x' }],
    [['-Reason', '-5'], { Reason: '-5' }],
    [['-Reason', '-unknown'], { Reason: '-unknown' }],
    [['-Reason:-Force'], { Reason: '-Force' }],
    [['-Reason', '$null'], { Reason: '' }],
    [['-Reason', 'a,b'], { Reason: 'a,b' }],
    [['-Conn', GUID.toUpperCase()], { ConnectorId: GUID }],
    [['-Con', GUID], { ConnectorId: GUID }],
    [['-En', '$False'], { Enabled: false }],
    [['-En', 'true'], { Enabled: true }],
    [['-Force'], { Force: true }],
    [['-Force:$false'], { Force: false }],
    [['-Force:0'], { Force: false }],
    [['-ResultSize', '7'], { ResultSize: 7 }],
    [['-StartDate', '11/24/2026 3:00 PM'], { StartDate: '2026-11-24T15:00:00.000Z' }],
    [['-Kind', 'b'], { Kind: 'Big' }],
    [['-Operations', 'a,b'], { Operations: ['a', 'b'] }],
    [['-Operations', 'a,', 'b', ',c'], { Operations: ['a', 'b', 'c'] }],
    [['-Operations', `'a,b',"it's",'it''s', c d`], { Operations: ['a,b', "it's", "it's", 'c d'] }],
    [['-Operations', 'a'], { Operations: ['a'] }],
    [['-Operations', ''], { Operations: [''] }],
    [['-Operations', '$null'], { Operations: [] }],
    [['-Addresses', '192.0.2.1,192.0.2.2'], { Addresses: ['192.0.2.1', '192.0.2.2'] }],
    [['-Addresses', '$null'], { Addresses: [] }],
    [['-Addresses', '@{Add="a","b;c"; Remove=d}'], { Addresses: { Add: ['a', 'b;c'], Remove: ['d'] } }],
    [['--', '-Force'], { Second: '-Force' }],
    [['second'], { Second: 'second' }],
  ])('%j', (words, expected) => {
    expect(parameters(...words)).toEqual({ Identity: 'x', ...expected });
  });

  test('without a name goes to the first open position', () => {
    expect(bound('-Identity', 'i', 's').parameters).toEqual({ Identity: 'i', Second: 's' });
    expect(bound('-Second', 's', 'i').parameters).toEqual({ Identity: 'i', Second: 's' });
  });

  test('of a common parameter, and of cordon’s own, is none of the cmdlet', () => {
    const words = [
      'x',
      '-ea',
      'Sil',
      '-Confirm:false',
      '-wi',
      '-Format',
      'j',
      '--url',
      'http://a',
      '--token=t',
      '-Org:o',
    ];
    expect(bound(...words)).toEqual({
      parameters: { Identity: 'x' },
      common: { ErrorAction: 'SilentlyContinue', Confirm: false, WhatIf: true },
      cordon: { Format: 'Json', Url: 'http://a', Token: 't', Organization: 'o' },
    });
  });

  test('of -Confirm that is nothing is taken for the question', () => {
    expect(bound('x', '-Confirm:$null').common).toEqual({ Confirm: true });
  });
});

describe('refused, in PowerShell’s words', () => {
  test.each([
    [['x', '-Foo'], "A parameter cannot be found that matches parameter name 'Foo'."],
    [
      ['x', '-R', 'y'],
      "Parameter cannot be processed because the parameter name 'R' is ambiguous. Possible matches include: -Reason -ResultSize.",
    ],
    [
      ['x', '-Reason'],
      "Missing an argument for parameter 'Reason'. Specify a parameter of type 'System.String' and try again.",
    ],
    [
      ['x', '-Reason', '-Force'],
      "Missing an argument for parameter 'Reason'. Specify a parameter of type 'System.String' and try again.",
    ],
    [['x', 'y', 'z'], "A positional parameter cannot be found that accepts argument 'z'."],
    [['x', '--foo', 'z'], "A positional parameter cannot be found that accepts argument 'z'."],
    [
      ['x', '-Reason', 'a', '-Why', 'b'],
      /^Cannot bind parameter because parameter 'Reason' is specified more than once\./,
    ],
    [[], 'Cannot process command because of one or more missing mandatory parameters: Identity.'],
    [[''], "Cannot bind argument to parameter 'Identity' because it is an empty string."],
    [['$null'], "Cannot bind argument to parameter 'Identity' because it is an empty string."],
    [['x', '-Conn', '*'], /parameter 'ConnectorId'. Cannot convert value "\*" to type "System.Guid"/],
    [['x', '-Conn', '$null'], /parameter 'ConnectorId'. Cannot convert null to type "System.Guid"\.$/],
    [['x', '-ResultSize', '11'], /parameter 'ResultSize'. The 11 argument is greater than the maximum/],
    [['x', '-ea', 'S'], /parameter 'ErrorAction'/],
    [['x', '-Operations', 'a,,b'], "Missing expression after ',' in pipeline element."],
    [['x', '-Addresses', '@{Add=}'], /parameter 'Addresses'.*Use @\{Add="value"; Remove="value"\}/],
    [['x', '-Addresses', '@{Add=a'], /parameter 'Addresses'.*Use @\{Add="value"; Remove="value"\}/],
  ])('%j', (words, expected) => {
    const { message } = refusal(...words);
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  test('what a shell made nothing of is no value, and the error says what to type', () => {
    for (const words of [
      ['x', '-Confirm:'],
      ['x', '-Confirm:', '-Force'],
      ['x', '-Reason:', '-Force'],
    ]) {
      expect(refusal(...words)).toMatchObject({ errorId: 'MissingArgument' });
    }
    expect(refusal('x', '-Confirm:').advice).toContain("type '-Confirm:$false' in quotes, or -Confirm:false");
    expect(refusal('x', '-Reason').advice).toBe('');
  });
});

test('all common parameters of PowerShell are there', () => {
  const names = formalsOf(sample).flatMap(({ name, of }) => (of === 'common' ? [name] : []));
  expect(names.sort()).toEqual(['Confirm', 'WhatIf', ...COMMON_PARAMETERS].sort());
});

test('no cmdlet has a parameter that is called as one of cordon’s own', () => {
  const own = Object.keys(CORDON_PARAMETERS).map((name) => name.toLowerCase());
  for (const { name, parameters: theirs } of CMDLETS) {
    const called = Object.entries(theirs).flatMap(([parameter, { aliases = [] }]) => [parameter, ...aliases]);
    expect(
      called.filter((one) => own.includes(one.toLowerCase())),
      name,
    ).toEqual([]);
  }
});

test('any words bind or are refused, and nothing else happens', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '-',
      '--',
      '-:',
      '-Reason',
      '-Reason:',
      '-o',
      '$null',
      'a,',
      ',',
      '@{',
      '@{}',
      "'",
      '"',
      '\u2014Force',
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      try {
        expect(bound(...words).parameters).toHaveProperty('Identity');
      } catch (error) {
        if (!(error instanceof CmdletError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
