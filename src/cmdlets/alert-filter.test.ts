import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIVITY_NAMES, CONDITION_OPERATORS, CONDITION_PROPERTIES } from '../alerts/alert-policy.ts';
import { OPERATION_NAMES, operationOf, parseAlertFilter, printAlertFilter, watchedBy } from './alert-filter.ts';
import { CmdletError } from './cmdlet-error.ts';

const condition = fc.record({
  property: fc.constantFrom(...CONDITION_PROPERTIES),
  operator: fc.constantFrom(...CONDITION_OPERATORS),
  value: fc.oneof(fc.string({ unit: 'binary', maxLength: 255 }), fc.constantFrom(...OPERATION_NAMES, "it's", '}', '')),
});
const watched = fc.record({
  activity: fc.constantFrom(...ACTIVITY_NAMES),
  conditions: fc.array(condition, { maxLength: 20 }),
});

describe('a filter', () => {
  test('that was printed is read as the same policy', () => {
    fc.assert(
      fc.property(watched, (policy) => {
        expect(watchedBy(undefined, printAlertFilter(policy))).toEqual(policy);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read, or refused with words, whatever stands in it, and soon', () => {
    const piece = fc.constantFrom("'", '"', ' ', '-and', '-eq', 'Activity.', 'UserId', 'x', '{', '}', '-', '\n', "''");
    const nonsense = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(nonsense, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(parseAlertFilter(text).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CmdletError);
        }
      }),
      { numRuns: 2_000 },
    );
    const before = performance.now();
    for (const long of [' '.repeat(99_000), "'".repeat(99_000), 'a'.repeat(99_000), `{${' }'.repeat(49_000)}`])
      expect(() => parseAlertFilter(`UserId -eq ${long}`)).toThrow(CmdletError);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  test.each([
    [`Activity.UserId -eq 'O''Brien'`, [{ property: 'UserId', operator: 'eq', value: "O'Brien" }]],
    [`{activity.clientip -LIKE "192.0.2.*"}`, [{ property: 'ClientIp', operator: 'like', value: '192.0.2.*' }]],
    [
      ` EntityKind -eq connector -and Activity.Cause -ne 'held' `,
      [
        { property: 'EntityKind', operator: 'eq', value: 'connector' },
        { property: 'Cause', operator: 'ne', value: 'held' },
      ],
    ],
    [`Activity.UserId -eq'x' -and Activity.Cause -eq''`, [{ value: 'x' }, { value: '' }]],
  ])('%s is understood', (filter, conditions) => {
    expect(parseAlertFilter(filter)).toMatchObject(conditions);
  });

  test.each([
    ['', 'It ends where a property such as Activity.UserId must stand.'],
    [`Activity.UserId -eq`, 'It ends where a value in quotation marks'],
    [`Activity.UserId -eq 'x`, `At "'x" must stand a value`],
    [`Activity.UserId = 'x'`, `At "= 'x'" must stand an operator such as -eq.`],
    [`Activity.UserId -eq 'x' -or Activity.UserId -eq 'y'`, 'criteria are joined by -and only'],
    [`Activity.UserId -eq 'x' -and`, 'criteria are joined by -and only'],
    [`Activity.UserId -match 'x'`, 'no operator match. It is one of -eq, -ne, -like.'],
    [`Activity.SiteUrl -eq 'x'`, 'no property SiteUrl. It is one of Activity.EntityKind, '],
    [`Mail:Direction -eq 'Outbound'`, 'no property Mail:Direction.'],
    [`Activity.UserId -eq '${'x'.repeat(256)}'`, 'at most 255 characters'],
    [Array(22).fill("UserId -eq 'x'").join(' -and '), 'at most 20 criteria'],
  ])('%s is refused', (filter, why) => {
    expect(() => parseAlertFilter(filter)).toThrow(why);
    expect(() => parseAlertFilter(filter)).toThrow("Cannot validate argument on parameter 'Filter'.");
  });
});

describe('what a policy is about', () => {
  const isSet = { property: 'Operation', operator: 'eq', value: 'Set-InboundConnector' } as const;
  const byAnna = { property: 'UserId', operator: 'eq', value: 'anna' } as const;

  test('is an activity, or the deed that is one', () => {
    expect(watchedBy(['userrestricted'], undefined)).toEqual({ activity: 'UserRestricted', conditions: [] });
    const edited = { activity: 'ConnectorChanged', conditions: [isSet] } as const;
    expect(watchedBy(['set-inboundconnector'], undefined)).toEqual(edited);
    expect(watchedBy(undefined, "Activity.Operation -eq 'Set-InboundConnector'")).toEqual(edited);
    expect(operationOf(edited)).toBe('Set-InboundConnector');
    expect(printAlertFilter(edited)).toBe("Activity.Operation -eq 'Set-InboundConnector'");
    expect(operationOf({ activity: 'ConnectorChanged', conditions: [byAnna] })).toBe('ConnectorChanged');
    expect(printAlertFilter({ activity: 'ConnectorChanged', conditions: [byAnna] })).toBe(
      "Activity.Operation -eq 'ConnectorChanged' -and Activity.UserId -eq 'anna'",
    );
  });

  test('may be said by both parameters, if they agree', () => {
    const filter = "Activity.Operation -eq 'Set-InboundConnector' -and Activity.UserId -eq 'anna'";
    const both = { activity: 'ConnectorChanged', conditions: [isSet, byAnna] };
    expect(watchedBy(['Set-InboundConnector'], filter)).toEqual(both);
    expect(watchedBy(['ConnectorChanged'], filter)).toEqual(both);
    expect(() => watchedBy(['UserRestricted'], filter)).toThrow(
      '-Filter is about ConnectorChanged, -Operation about UserRestricted',
    );
  });

  test('stays what it was where only the other one changes', () => {
    const before = { activity: 'ConnectorChanged', conditions: [isSet, byAnna] } as const;
    expect(watchedBy(undefined, undefined, before)).toBeUndefined();
    expect(watchedBy(['UserRestricted'], undefined, before)).toEqual({
      activity: 'UserRestricted',
      conditions: [byAnna],
    });
    expect(watchedBy(undefined, "Activity.UserId -ne 'eve'", before)).toEqual({
      activity: 'ConnectorChanged',
      conditions: [{ property: 'UserId', operator: 'ne', value: 'eve' }],
    });
  });

  test('must be said, and be one', () => {
    expect(() => watchedBy(undefined, "Activity.UserId -eq 'anna'")).toThrow('Say on which: ConnectorRestricted,');
    expect(() => watchedBy(['UserRestricted', 'ConnectorRestricted'], undefined)).toThrow('Make one for each');
    expect(() => watchedBy(['SearchRemoved'], undefined)).toThrow('No alert is raised on SearchRemoved. It is one of');
  });
});
