// The command line's binder against the real one: the same words go to `cordon Verb-Noun ...` and to a function with the same parameters in
// PowerShell's engine. Where the two differ on purpose, the difference stands in docs/shell.md, and here with both outcomes.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindLine } from '../../src/cli/cmdlets/binder.ts';
import { CORDON_PARAMETERS, formalsOf } from '../../src/cli/cmdlets/formal.ts';
import { type Cmdlet, cmdlet } from '../../src/cmdlets/cmdlet.ts';
import { CmdletError } from '../../src/cmdlets/cmdlet-error.ts';
import {
  address,
  boolean,
  dateTime,
  flag,
  guid,
  int,
  oneOf,
  type Parameter,
  text,
  texts,
} from '../../src/cmdlets/parameter.ts';
import { CMDLETS } from '../../src/cmdlets/table.ts';
import { PowerShell, withPowerShell } from './powershell.ts';

/** Of every kind, with names that begin alike. */
const EVERY_KIND = cmdlet({
  name: 'Test-EveryKind',
  synopsis: 'For this test.',
  parameters: {
    Identity: text({ required: true, position: 0, help: '' }),
    Second: text({ position: 1, help: '' }),
    Reason: text({ help: '', aliases: ['Why', 'Comment'] }),
    ConnectorId: guid({ help: '' }),
    Enabled: boolean({ help: '' }),
    Formatted: flag({ help: '' }),
    ResultSize: int({ help: '' }),
    StartDate: dateTime({ help: '' }),
    Kind: oneOf(['Big', 'Small'], { help: '' }),
    Sender: address({ help: '' }),
    Operations: texts({ help: '', aliases: ['Ops'] }),
    ObjectIds: texts({ help: '' }),
  },
  action: 'restricted-entities.read',
  isChange: true,
  shouldProcess: { impact: 'High', asks: () => '' },
  output: [],
  examples: [],
  run: async () => [],
});
const ALL = [EVERY_KIND, ...CMDLETS];

/** What came of a line: each parameter's value as text, or what was said against it. */
type Outcome =
  | { readonly kind: 'bound'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly errorId: string; readonly says: string };

/** One word of a line: as a program gets it, and as it is typed in PowerShell. */
interface Word {
  readonly ours: string;
  readonly theirs: string;
}

// ---- both outcomes in one form

function ours(of: Cmdlet, words: readonly Word[]): Outcome {
  try {
    const { parameters, common, cordon } = bindLine(
      of,
      words.map((word) => word.ours),
    );
    const values = Object.entries({ ...parameters, ...common, ...cordon });
    return { kind: 'bound', values: Object.fromEntries(values.map(([name, value]) => [name, asText(value)])) };
  } catch (error) {
    if (!(error instanceof CmdletError)) throw error;
    return refused(error.errorId, error.message);
  }
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.join('|');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function outcomeOf(output: string): Outcome {
  if (output.startsWith('!')) {
    const [id = '', ...says] = output.slice(1).trimEnd().split('\n');
    return refused(id.split(',')[0]!, says.join('\n'));
  }
  const lines = output.split('\n').filter((line) => line !== '');
  return { kind: 'bound', values: Object.fromEntries(lines.map((line) => line.split('\t', 2) as [string, string])) };
}

const ASKED = /no answer to: (\w+):/;
const CONVERSION = /Transformation|CannotConvert|ValidationError$|BindingFailed/;

/** Of a value that cannot be converted only the parameter counts: the guard has its own words. What PowerShell asks for is missing. */
function refused(errorId: string, says: string): Outcome {
  const asked = ASKED.exec(says)?.[1];
  if (asked !== undefined || errorId === 'MissingMandatoryParameter') {
    return { kind: 'refused', errorId: 'MissingMandatoryParameter', says: '' };
  }
  if (CONVERSION.test(errorId)) {
    const parameter = /parameter '(\w+)'/.exec(says)?.[1] ?? says;
    return { kind: 'refused', errorId: 'conversion', says: parameter };
  }
  if (errorId === 'AmbiguousParameter') {
    return { kind: 'refused', errorId, says: says.replace(/(?<=include: ).*(?=\.$)/, (all) => sorted(all)) };
  }
  return {
    kind: 'refused',
    errorId,
    says: says.replace('Microsoft.Exchange.Data.MultiValuedProperty', 'System.Object'),
  };
}

const sorted = (words: string): string => words.trim().split(/\s+/).sort().join(' ');

// ---- the function in PowerShell

const TYPES: Readonly<Record<Parameter['type'], string>> = {
  Guid: 'Guid',
  String: 'string',
  SmtpAddress: 'string',
  Boolean: 'bool',
  SwitchParameter: 'switch',
  Int32: 'int',
  DateTime: 'datetime',
  'String[]': 'string[]',
  MultiValuedProperty: 'object',
};

const functionNameOf = ({ name }: Cmdlet): string => name.replace('-', '-Bound');

function functionOf(of: Cmdlet): string {
  const parameters = Object.entries(of.parameters).map(([name, { type, required, position, aliases = [] }]) => {
    const attributes = [
      ...(required === true ? ['Mandatory'] : []),
      ...(position === undefined ? [] : [`Position = ${position}`]),
    ];
    const alias = aliases.length === 0 ? '' : `[Alias('${aliases.join("', '")}')]`;
    return `[Parameter(${attributes.join(', ')})]${alias}[${TYPES[type]}]$${name}`;
  });
  const supports = of.shouldProcess === undefined ? '' : ', SupportsShouldProcess';
  return `function ${functionNameOf(of)} { [CmdletBinding(PositionalBinding = $false${supports})] param(${parameters.join(', ')})
    foreach ($name in $PSBoundParameters.Keys) {
      $value = $PSBoundParameters[$name]
      if ($value -is [datetime]) { $value = $value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ") }
      "$name\`t" + ($value -join '|')
    } }`;
}

// ---- lines

const OWN = Object.keys(CORDON_PARAMETERS).map((name) => name.toLowerCase());

const quoted = (words: string): string => `'${words.replaceAll("'", "''")}'`;

/** As it is typed: bare where that means the same. */
function wordOf(words: string): Word {
  const isBare = /^[-$]|^[\w@./*:]+$/.test(words) || /^[\u2013-\u2015]/.test(words);
  return { ours: words, theirs: isBare ? words : quoted(words) };
}

const GUID = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const value: fc.Arbitrary<Word> = fc.oneof(
  fc
    .constantFrom(
      ...['x', 'a b', GUID, '5', '-5', '007', '*', '', 'true', '$true', '$False', '$null', '0', "it's"],
      ...['Stop', 'silent', 'user@ours.example', '2026-11-24T10:00:00Z', '11/24/2026', '{5}', '--foo', '-'],
    )
    .map(wordOf),
  fc
    .array(fc.constantFrom('a', 'b c', "o'k", 'd,e', '$true'), { minLength: 2, maxLength: 3 })
    .map((all) => all.map((one) => (one.startsWith('$') ? one : quoted(one))).join(','))
    .map((list) => ({ ours: list, theirs: list })),
);

const any = (of: Cmdlet): fc.Arbitrary<string> => {
  const names = formalsOf(of)
    .filter((formal) => formal.of !== 'cordon')
    .flatMap(({ name, parameter: { aliases = [] } }) => [name, ...aliases]);
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom('Bogus', 'x1', 'Identities', 'Confirmed', '_a') },
  );
};

const named = (of: Cmdlet): fc.Arbitrary<readonly Word[]> =>
  fc
    .record({
      name: any(of),
      length: fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, fc.integer({ min: 1, max: 6 })),
      dash: fc.constantFrom('-', '-', '-', '\u2013'),
      isUpper: fc.boolean(),
      style: fc.constantFrom('alone', 'apart', 'apart', 'apart', 'colon', 'colon apart'),
      value,
    })
    .map(({ name, length, dash, isUpper, style, value: given }) => {
      const cut = name.slice(0, length);
      const written = isTaken(cut, of) ? `${cut}_` : cut;
      const parameter = `${dash}${isUpper ? written.toUpperCase() : written}`;
      if (style === 'alone') return [wordOf(parameter)];
      if (style === 'apart') return [wordOf(parameter), given];
      if (style === 'colon apart') return [wordOf(`${parameter}:`), given];
      // A shell does not tell -Name:'' from -Name: alone.
      if (given.ours === '') return [wordOf(`${parameter}:x`)];
      return [{ ours: `${parameter}:${given.ours}`, theirs: `${parameter}:${given.theirs}` }];
    });

/** A name that PowerShell has not, or not so, and cordon has: for these there are examples. */
function isTaken(name: string, of: Cmdlet): boolean {
  const wanted = name.toLowerCase();
  const theirs = formalsOf(of).filter(
    (formal) => formal.of !== 'cordon' && formal.name.toLowerCase().startsWith(wanted),
  );
  return OWN.includes(wanted) || (theirs.length === 0 && OWN.some((own) => own.startsWith(wanted)));
}

/** Mostly with what must be given, or nearly all would be refused for it. */
const lines = fc.constantFrom(...ALL, EVERY_KIND, EVERY_KIND).chain((of) => {
  const needed = Object.entries(of.parameters).flatMap(([name, { required, type }]) =>
    required === true ? [wordOf(`-${name}`), wordOf(type === 'Guid' ? GUID : 'needed')] : [],
  );
  const more = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: named(of) },
      { weight: 1, arbitrary: value.map((one) => [one]) },
      { weight: 1, arbitrary: fc.constant([wordOf('--')]) },
    ),
    { maxLength: 4 },
  );
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: fc.constant(needed) }, fc.constant([])), more)
    .map(([first, rest]) => ({ of, words: [...first, ...rest.flat()] }));
});

// ---- where a shell must differ, or should

interface Difference {
  /** First cell of its row in docs/shell.md. */
  readonly title: string;
  covers(mine: Outcome, real: Outcome, words: readonly Word[]): boolean;
  readonly examples: readonly (readonly (string | Word)[])[];
}

const has = (words: readonly Word[], pattern: RegExp): boolean => words.some(({ ours: word }) => pattern.test(word));
const isConversion = (outcome: Outcome, parameter = /./): boolean =>
  outcome.kind === 'refused' && outcome.errorId === 'conversion' && parameter.test(outcome.says);
const isRefused = (outcome: Outcome, errorId: string): boolean =>
  outcome.kind === 'refused' && outcome.errorId === errorId;
/** What is a text for PowerShell, and more for the guard. */
const GUARDED = ALL.flatMap(({ parameters }) =>
  Object.entries(parameters).flatMap(([name, { type, values }]) =>
    values !== undefined || type === 'SmtpAddress' ? [name] : [],
  ),
);
const LIST: Word = { ours: 'a,b', theirs: 'a,b' };

const DIFFERENCES: readonly Difference[] = [
  {
    title: 'a comma in a text',
    covers: (_mine, real, words) =>
      (isConversion(real) || (real.kind === 'refused' && real.says.includes('System.Object[]'))) && has(words, /,/),
    examples: [
      ['x', '-Reason', LIST],
      ['x', 'y', LIST],
    ],
  },
  {
    title: '`true` and `false` without `$`',
    covers: (_mine, real, words) => isConversion(real) && has(words, /(^|:)(true|false)$/i),
    examples: [
      ['x', '-Enabled', 'true'],
      ['x', '-Formatted:false'],
    ],
  },
  {
    title: 'numbers',
    covers: (mine, real, words) =>
      isConversion(mine, /^(ResultSize|OutBuffer|ob)$/) ||
      ((isConversion(mine) || isConversion(real)) && has(words, /(^|:)-?\d+$/)),
    examples: [
      ['x', '-ResultSize', '1kb'],
      ['x', '-ResultSize', '1.5'],
      ['x', '-ResultSize', ''],
      ['x', '-ResultSize', '$null'],
      ['x', '-Formatted:5'],
    ],
  },
  {
    title: 'values that the guard knows',
    covers: (mine) => mine.kind === 'refused' && mine.errorId === 'conversion' && GUARDED.includes(mine.says),
    examples: [
      ['x', '-Kind', 'Huge'],
      ['x', '-Sender', 'a b'],
    ],
  },
  {
    title: 'dates',
    covers: (mine) => isConversion(mine, /Date$/),
    examples: [['x', '-StartDate', '24 Nov 2026']],
  },
  {
    title: 'names of variables',
    covers: (_mine, real) => isConversion(real, /Variable$/) || isRefused(real, 'VariableNotWritable'),
    examples: [
      ['x', '-OutVariable', 'a b:c'],
      ['x', '-OutVariable', 'true'],
    ],
  },
  {
    title: '`-Name:value` behind `--`',
    covers: (_mine, _real, words) => has(words.slice(words.findIndex(({ ours: word }) => word === '--')), /:./),
    examples: [['--', '-Reason:x', 'y']],
  },
  {
    title: '`-Name:` and nothing, or a parameter',
    covers: (mine, _real, words) => isRefused(mine, 'MissingArgument') && has(words, /:$/),
    examples: [
      ['x', '-Confirm:'],
      ['x', '-Reason:', '-Formatted'],
    ],
  },
  {
    title: 'Cordon’s own',
    covers: (mine, _real, words) => mine.kind === 'bound' && has(words, /^-(Organization|Format)$/),
    examples: [
      ['x', '-Organization', 'Contoso'],
      ['x', '-Format', 'List'],
    ],
  },
  {
    title: 'of several mistakes',
    covers: (mine, real, words) =>
      [mine, real].every(({ kind }) => kind === 'refused') &&
      [mine, real].some((one) => isRefused(one, 'AmbiguousParameter')) &&
      has(words, /:/),
    examples: [['x', '-O:', 'y', '-ResultSize']],
  },
];

withPowerShell('binding', () => {
  let powershell: PowerShell;
  beforeAll(async () => {
    powershell = PowerShell.start();
    for (const one of ALL) await powershell.run(functionOf(one));
  }, 120_000);
  afterAll(() => powershell.stop());

  const theirs = async (of: Cmdlet, words: readonly Word[]): Promise<Outcome> => {
    const line = `${functionNameOf(of)} ${words.map((word) => word.theirs).join(' ')}`;
    const { output } = await powershell.run(
      `try { & ([scriptblock]::Create('${line.replaceAll("'", "''")}')) } catch { '!' + $_.FullyQualifiedErrorId; $_.Exception.Message }`,
    );
    return outcomeOf(output);
  };

  test('a list of arguments comes to the same, or differs as documented', { timeout: 120_000 }, async () => {
    const seen = { bound: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(lines, async ({ of, words }) => {
        const [mine, real] = [ours(of, words), await theirs(of, words)];
        seen[real.kind] += 1;
        if (DIFFERENCES.some(({ covers }) => covers(mine, real, words))) return;
        expect(mine).toEqual(real);
      }),
      // The same lists each time: a difference that shows once in ten thousand lists is no news of the change at hand.
      { numRuns: 300, seed: 20_261_125 },
    );
    // Or it would have compared nothing but refusals.
    expect(seen.bound).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });

  describe('differs, as docs/shell.md says', () => {
    const manual = readFileSync(new URL('../../docs/shell.md', import.meta.url), 'utf8');

    test.each(DIFFERENCES.flatMap((difference) => difference.examples.map((words) => ({ ...difference, words }))))(
      '$title: $words',
      async ({ title, words, covers }) => {
        const given = words.map((word) => (typeof word === 'string' ? wordOf(word) : word));
        const [mine, real] = [ours(EVERY_KIND, given), await theirs(EVERY_KIND, given)];
        expect(covers(mine, real, given)).toBe(true);
        expect(mine).not.toEqual(real);
        expect(manual).toContain(`| ${title} |`);
      },
    );
  });
});
