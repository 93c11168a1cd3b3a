import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CmdletError } from './cmdlet-error.ts';
import {
  address,
  boolean,
  dateTime,
  flag,
  guid,
  guidOf,
  int,
  listChange,
  oneOf,
  type Parameter,
  someOf,
  text,
  texts,
} from './parameter.ts';

const help = '';
const VALUES = ['Delivered', 'Deferred', 'Failed'] as const;
const EVERY: Readonly<Record<string, Parameter>> = {
  guid: guid({ help }),
  text: text({ help }),
  address: address({ help }),
  boolean: boolean({ help }),
  flag: flag({ help }),
  int: int({ help }),
  dateTime: dateTime({ help }),
  texts: texts({ help }),
  listChange: listChange({ help }),
  oneOf: oneOf(VALUES, { help }),
  someOf: someOf(VALUES, { help }),
};

/** What it makes of a value, or the text that it refuses it with. */
function made(parameter: Parameter, value: unknown): unknown {
  try {
    return parameter.transform(value, 'P');
  } catch (error) {
    if (error instanceof CmdletError) return error.message;
    throw error;
  }
}

describe('every parameter', () => {
  test('takes or refuses whatever JSON there is, in words that name it and do not repeat all of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(EVERY)), fc.jsonValue(), (name, value) => {
        const result = made(EVERY[name]!, value);
        if (typeof result === 'string' && result.startsWith('Cannot')) expect(result).toContain("'P'");
      }),
    );
    for (const parameter of Object.values(EVERY)) {
      const refusal = made(parameter, { key: 'x'.repeat(10_000) });
      expect(String(refusal).length).toBeLessThan(1_000);
    }
  });

  test('says of text that is beyond measure that it is, and does not repeat it', () => {
    for (const [name, parameter] of Object.entries(EVERY)) {
      expect(String(made(parameter, 'x'.repeat(100_001))), name).toBe(
        "Cannot validate argument on parameter 'P'. It takes at most 100 000 characters.",
      );
    }
    for (const name of ['guid', 'boolean', 'flag', 'int', 'dateTime', 'oneOf', 'someOf']) {
      expect(String(made(EVERY[name]!, 'x'.repeat(50_000))).length, name).toBeLessThan(1_000);
    }
  });

  test('null is an empty text or list, and nothing else', () => {
    expect(made(EVERY.text!, null)).toBe('');
    expect(made(EVERY.texts!, null)).toEqual([]);
    expect(made(EVERY.someOf!, null)).toEqual([]);
    expect((made(EVERY.listChange!, null) as (before: string[]) => string[])(['a'])).toEqual([]);
    for (const name of ['guid', 'address', 'boolean', 'flag', 'int', 'dateTime', 'oneOf']) {
      expect(made(EVERY[name]!, null), name).toMatch(/Cannot convert null to the type "/);
    }
  });
});

describe('a GUID', () => {
  test('comes with dashes, in braces or parentheses, or as its digits, in any case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom('D', 'B', 'P', 'N'), fc.boolean(), (id, format, upper) => {
        const written = { D: id, B: `{${id}}`, P: `(${id})`, N: id.replaceAll('-', '') }[format]!;
        expect(made(EVERY.guid!, upper ? ` ${written.toUpperCase()} ` : written)).toBe(id);
      }),
    );
  });

  test('is refused in the words of the product', () => {
    expect(made(EVERY.guid!, 'x')).toBe(
      'Cannot process argument transformation on parameter \'P\'. Cannot convert value "x" to type "System.Guid". Error: "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."',
    );
  });

  test.each(['', '*', '159eb7c4-*', '{159eb7c4-75d7-43e2-95fe-ced44b3e0a56', '159eb7c475d743e295feced44b3e0a5'])(
    'is not %j',
    (written) => {
      expect(guidOf(written)).toBeUndefined();
      expect(made(EVERY.guid!, written)).toMatch(/^Cannot process argument transformation/);
    },
  );

  test('is nothing that is not 32 hexadecimal digits', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        const digits = written.replaceAll(/[^0-9a-f]/gi, '');
        if (guidOf(written) !== undefined) expect(digits).toHaveLength(32);
      }),
    );
  });
});

describe('text and addresses', () => {
  test('text stays what it is, spaces and all', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        expect(made(EVERY.text!, written)).toBe(written);
      }),
    );
  });

  test('an address has no space in it, but need not have an @: a login is what is restricted', () => {
    expect(made(EVERY.address!, ' Scanner ')).toBe('Scanner');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        expect(made(EVERY.address!, `a${a} ${b}b`)).toMatch(/The email address ".*" isn't correct\./s);
      }),
    );
  });
});

describe('booleans and switches', () => {
  test.each([
    [true, true],
    ['$true', true],
    ['True', true],
    [1, true],
    ['1', true],
    [2, true],
    [false, false],
    ['$FALSE', false],
    ['0', false],
    [0, false],
  ])('%j is %j', (written, value) => {
    expect(made(EVERY.boolean!, written)).toBe(value);
    expect(made(EVERY.flag!, written)).toBe(value);
  });

  test('no other text is either of them', () => {
    fc.assert(
      fc.property(
        fc.string().filter((written) => !/^(\$?(true|false)|[01])$/i.test(written)),
        (written) => {
          expect(made(EVERY.boolean!, written)).toMatch(/^Cannot process argument transformation/);
        },
      ),
    );
  });
});

describe('an integer', () => {
  test('of 32 bits is what it says, as number or text', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (number, asText) => {
        expect(made(EVERY.int!, asText ? ` ${number} ` : number)).toBe(number);
      }),
    );
  });

  test.each(['', 'ten', '1e3', '0x10', '1.5', '1 000', 1.5, 1e21])('is not %j', (written) => {
    expect(made(EVERY.int!, written)).toMatch(/was not in a correct format\./);
  });

  test.each([2_147_483_648, '-2147483649', '99999999999999'])('of more than 32 bits is none: %j', (written) => {
    expect(made(EVERY.int!, written)).toMatch(/Value was either too large or too small for an Int32\./);
  });

  test('keeps within its bounds', () => {
    const parameter = int({ help }, { min: 1, max: 5_000 });
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), (number) => {
        const result = made(parameter, number);
        if (number < 1) expect(result).toMatch(/is less than the minimum allowed range of 1\./);
        else if (number > 5_000) expect(result).toMatch(/is greater than the maximum allowed range of 5000\./);
        else expect(result).toBe(number);
      }),
    );
  });
});

describe('a time', () => {
  const at = (written: string) => made(EVERY.dateTime!, written);

  test('is what it was when it is written as JSON, as .NET writes it, and as Windows PowerShell does', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        const iso = date.toISOString();
        expect(at(iso)).toEqual(date);
        expect(at(iso.replace('Z', '0000+00:00'))).toEqual(date);
        expect(at(iso.replace('Z', ''))).toEqual(date);
        expect(at(`/Date(${date.getTime()})/`)).toEqual(date);
      }),
    );
  });

  test.each([
    ['2026-11-24', '2026-11-24T00:00:00Z'],
    ['2026-11-24 10:30', '2026-11-24T10:30:00Z'],
    ['2026-11-24T10:30:00+02:00', '2026-11-24T08:30:00Z'],
    ['2026-11-24T10:30:00+0200', '2026-11-24T08:30:00Z'],
    ['11/24/2026', '2026-11-24T00:00:00Z'],
    ['1/2/2026 3:04 PM', '2026-01-02T15:04:00Z'],
    ['11/24/2026 12:00 AM', '2026-11-24T00:00:00Z'],
    ['11/24/2026 12:00:00 PM', '2026-11-24T12:00:00Z'],
    ['11/24/2026 23:59:59', '2026-11-24T23:59:59Z'],
  ])('%s is %s', (written, utc) => {
    expect(at(written)).toEqual(new Date(utc));
  });

  test.each([
    '',
    'yesterday',
    '2026-02-30',
    '13/45/2026',
    '2026-11-24T24:00',
    '11/24/2026 13:00 PM',
    '11/24/2026 0:30 AM',
    '24.11.2026',
    '/Date(99999999999999999)/',
    '2026-11-24T10:30:00+99:00',
  ])('is not %j', (written) => {
    expect(at(written)).toBe(
      `Cannot process argument transformation on parameter 'P'. Cannot convert value "${written}" to type "System.DateTime". Error: "String '${written}' was not recognized as a valid DateTime."`,
    );
  });
});

describe('lists', () => {
  test('one value alone is a list of one', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.string(), (list, one) => {
        expect(made(EVERY.texts!, list)).toEqual(list);
        expect(made(EVERY.texts!, one)).toEqual([one]);
      }),
    );
    expect(
      made(
        EVERY.texts!,
        Array.from({ length: 10_001 }, () => 'x'),
      ),
    ).toMatch(/at most 10000 values/);
  });

  type Change = (before: readonly string[]) => readonly string[];

  test('a list that is changed is replaced by a list', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (before, after) => {
        expect((made(EVERY.listChange!, after) as Change)(before)).toEqual(after);
      }),
    );
  });

  test('or gets and loses what a hash table says', () => {
    const change = made(EVERY.listChange!, {
      '@odata.type': '#Exchange.GenericHashTable',
      ADD: ['c', 'd'],
      'Add@odata.type': '#Collection(String)',
      Remove: 'A',
    }) as Change;
    expect(change(['a', 'b'])).toEqual(['b', 'c', 'd']);
    expect(made(EVERY.listChange!, { Added: 'x' })).toMatch(/Use @\{Add="value"; Remove="value"\}/);
    expect(made(EVERY.listChange!, {})).toMatch(/Use @\{Add="value"; Remove="value"\}/);
  });
});

describe('an enumeration', () => {
  test('takes each of its names in any case, and each prefix that only one of them has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALUES), fc.nat({ max: 8 }), fc.boolean(), (value, length, upper) => {
        const prefix = value.slice(0, length + 1);
        const meant = VALUES.filter((each) => each.startsWith(prefix));
        const result = made(EVERY.oneOf!, upper ? prefix.toUpperCase() : prefix);
        if (meant.length === 1) expect(result).toBe(value);
        else expect(result).toMatch(/Unable to match the identifier name/);
      }),
    );
  });

  test('says its names where it refuses', () => {
    expect(made(EVERY.someOf!, ['Failed', 'Lost'])).toMatch(
      /Unable to match the identifier name Lost to a valid enumerator name\. Specify one of the following enumerator names and try again: Delivered, Deferred, Failed/,
    );
    expect(made(EVERY.someOf!, ['fail', 'DELIV'])).toEqual(['Failed', 'Delivered']);
  });

  test('a name that begins another one is meant by itself', () => {
    expect(made(oneOf(['On', 'OnPremises'], { help }), 'on')).toBe('On');
  });
});
