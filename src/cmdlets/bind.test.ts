// The article's parameter table of Remove-BlockedConnector, as the binder has it, and how names are told.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bind, COMMON_PARAMETERS, parameterNamed } from './bind.ts';
import { CmdletError } from './cmdlet-error.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';
import { removeInboundConnector } from './remove-inbound-connector.ts';
import { CMDLETS } from './table.ts';

const ID = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

function refused(values: Readonly<Record<string, unknown>>, cmdlet = removeBlockedConnector): CmdletError {
  try {
    bind(cmdlet, values);
  } catch (error) {
    if (error instanceof CmdletError) return error;
    throw error;
  }
  throw new Error('was bound');
}

describe('-ConnectorId', () => {
  test('is required', () => {
    const { message, errorId, type } = refused({ Reason: 'x' });
    expect(message).toBe('Cannot process command because of one or more missing mandatory parameters: ConnectorId.');
    expect([errorId, type]).toEqual([
      'MissingMandatoryParameter',
      'System.Management.Automation.ParameterBindingException',
    ]);
  });

  test('has no position, takes nothing from the pipeline and no second value, has no alias and no default', () => {
    const { ConnectorId, Reason } = removeBlockedConnector.parameters;
    for (const parameter of [ConnectorId!, Reason!]) {
      expect(parameter.position).toBeUndefined();
      expect(parameter.pipeline).toBeUndefined();
      expect(parameter.aliases).toBeUndefined();
    }
    expect([ConnectorId!.required, Reason!.required]).toEqual([true, undefined]);
    expect(Object.keys(removeBlockedConnector.parameters)).toEqual(['ConnectorId', 'Reason']);
    expect(refused({ ConnectorId: [ID, ID] }).message).toMatch(/Cannot convert System\.Object\[\]/);
  });

  test.each(['*', `${ID.slice(0, -1)}*`, 'branch office', ''])('takes no wildcard and no name: %j', (ConnectorId) => {
    const { message, errorId, target } = refused({ ConnectorId });
    expect(message).toMatch(/^Cannot process argument transformation on parameter 'ConnectorId'\./);
    expect([errorId, target]).toEqual(['ParameterArgumentTransformationError', 'ConnectorId']);
  });

  test('given twice is refused, in whatever case', () => {
    const { message, errorId } = refused({ ConnectorId: ID, connectorid: ID });
    expect(message).toMatch(
      /^Cannot bind parameter because parameter 'ConnectorId' is specified more than once\. To provide multiple values/,
    );
    expect(errorId).toBe('ParameterAlreadyBound');
  });

  test('of $null is refused: a variable that is empty must not be as good as none', () => {
    const { message, errorId } = refused({ ConnectorId: null });
    expect(message).toBe("Cannot bind argument to parameter 'ConnectorId' because it is null.");
    expect(errorId).toBe('ParameterArgumentValidationErrorNullNotAllowed');
  });
});

test('an unknown parameter is named, all of them are, and before anything that is wrong with the others', () => {
  expect(refused({ ConnectorId: 'x', Bogus: 1, Force: true }).message).toBe(
    'Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. Bogus, Force',
  );
});

test('there is no -WhatIf and no -Confirm where the article has none', () => {
  for (const name of ['WhatIf', 'Confirm']) {
    expect(refused({ ConnectorId: ID, [name]: true }).message).toMatch(`Invalid cmdlet parameters specified. ${name}`);
  }
});

test('every common parameter is taken, and says nothing to the cmdlet', () => {
  const values = Object.fromEntries(COMMON_PARAMETERS.map((name) => [name, 'x']));
  expect(bind(removeBlockedConnector, { ConnectorId: ID, ...values }).given).toEqual({ ConnectorId: ID });
  expect(refused({ ConnectorId: ID, Verbose: true, verbose: true }).errorId).toBe('ParameterAlreadyBound');
});

describe('-WhatIf and -Confirm', () => {
  const given = (values: Readonly<Record<string, unknown>>) => {
    const { isWhatIf, confirm } = bind(removeInboundConnector, { Identity: 'x', ...values });
    return [isWhatIf, confirm];
  };

  test('are booleans in any of their forms', () => {
    expect(given({})).toEqual([false, undefined]);
    expect(given({ WhatIf: 1, Confirm: '$false' })).toEqual([true, false]);
    expect(given({ whatif: '$true', CONFIRM: true })).toEqual([true, true]);
  });

  test('that cannot be read are refused: nobody who asks what if gets it done', () => {
    for (const value of ['yes', '', null, {}]) {
      expect(refused({ Identity: 'x', WhatIf: value }, removeInboundConnector).message).toMatch(/'WhatIf'/);
    }
  });
});

test('an empty -Identity is refused', () => {
  expect(refused({ Identity: '' }, removeInboundConnector).message).toBe(
    "Cannot bind argument to parameter 'Identity' because it is an empty string.",
  );
});

test('a name is meant in any case, and by each prefix that no other parameter begins with', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CMDLETS), fc.nat(), fc.nat(), fc.boolean(), (cmdlet, which, length, upper) => {
      const more = cmdlet.shouldProcess === undefined ? [] : ['WhatIf', 'Confirm'];
      const all = [...Object.keys(cmdlet.parameters), ...more, ...COMMON_PARAMETERS];
      const name = all[which % all.length]!;
      const written = name.slice(0, 1 + (length % name.length));
      const meant = all.filter((one) => one.toLowerCase().startsWith(written.toLowerCase()));
      const exact = all.find((one) => one.toLowerCase() === written.toLowerCase());
      const expected = exact ?? (meant.length === 1 ? meant[0] : undefined);
      expect(parameterNamed(cmdlet, upper ? written.toUpperCase() : written)).toBe(expected);
    }),
  );
});

test('no name of what every object has is a parameter', () => {
  for (const name of ['', '__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(parameterNamed(removeBlockedConnector, name), name).toBeUndefined();
    expect(refused({ ConnectorId: ID, [`${name}`]: 'x' }).errorId, name).toBe('AmbiguousParameterSet');
  }
});
