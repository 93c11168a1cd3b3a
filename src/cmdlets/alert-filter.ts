// The -Filter of an alert policy: criteria in OPATH, `Activity.UserId -eq 'anna' -and Activity.ClientIp -like '192.0.2.*'`. Which activity it is about
// is a criterion like the others there; in a policy of Cordon it stands by itself.
import {
  ACTIVITY_NAMES,
  type ActivityName,
  type AlertCondition,
  CONDITION_OPERATORS,
  CONDITION_PROPERTIES,
  MOST_CONDITIONS,
} from '../alerts/alert-policy.ts';
import { CmdletError } from './cmdlet-error.ts';

/** What a policy looks at. */
export interface Watched {
  readonly activity: ActivityName;
  readonly conditions: readonly AlertCondition[];
}

/** What the audit log calls the deed that is such an activity. */
const DEEDS: Readonly<Record<string, ActivityName>> = {
  'Restrict-Connector': 'ConnectorRestricted',
  'Restrict-User': 'UserRestricted',
  'New-InboundConnector': 'ConnectorChanged',
  'Set-InboundConnector': 'ConnectorChanged',
  'Remove-InboundConnector': 'ConnectorChanged',
};

export const OPERATION_NAMES: readonly string[] = [...ACTIVITY_NAMES, ...Object.keys(DEEDS)];

/** The criteria in their order. Throws CmdletError that says where it went wrong. */
export function parseAlertFilter(filter: string): AlertCondition[] {
  const scan = new Scanner(filter);
  const conditions: AlertCondition[] = [];
  do {
    const property = oneOf(scan.take(PROPERTY, 'a property such as Activity.UserId'), CONDITION_PROPERTIES, 'property');
    const operator = oneOf(scan.take(OPERATOR, 'an operator such as -eq'), CONDITION_OPERATORS, 'operator');
    const value = unquoted(scan.take(VALUE, "a value in quotation marks, such as 'anna'"));
    if (value.length > LONGEST_VALUE) refuse(`A value has at most ${LONGEST_VALUE} characters.`);
    conditions.push({ property, operator, value });
    // The one that names the activity is none of the policy's conditions.
    if (conditions.length > MOST_CONDITIONS + 1) refuse(`It takes at most ${MOST_CONDITIONS} criteria.`);
  } while (!scan.isAtEnd() && scan.take(AND, '-and or the end: criteria are joined by -and only') !== undefined);
  return conditions;
}

/** What `parseAlertFilter` reads as the same policy. */
export function printAlertFilter({ activity, conditions }: Watched): string {
  const isTold = deedOf({ activity, conditions }) !== undefined;
  const about = { property: 'Operation', operator: 'eq', value: activity } as const;
  return [...(isTold ? [] : [about]), ...conditions].map(printCriterion).join(' -and ');
}

/** The one operation that the policy is about: a deed where its conditions name one, else its activity. */
export function operationOf(watched: Watched): string {
  return deedOf(watched) ?? watched.activity;
}

/**
 * What -Operation and -Filter say together; `before` is what the policy looked at until now. Undefined where neither is given. Throws CmdletError
 * where they do not say which activity, or two.
 */
export function watchedBy(
  operations: readonly string[] | undefined,
  filter: string | undefined,
  before?: Watched,
): Watched | undefined {
  if (operations === undefined && filter === undefined) return undefined;
  const criteria =
    filter === undefined
      ? (before?.conditions ?? []).filter((condition) => !isOperation(condition))
      : parseAlertFilter(filter);
  const named = activityIn(criteria);
  if (operations === undefined) {
    const activity = named?.activity ?? before?.activity;
    if (activity === undefined)
      throw CmdletError.validation('Operation', `Say on which: ${OPERATION_NAMES.join(', ')}.`);
    return { activity, conditions: named?.conditions ?? criteria };
  }
  const operation = oneOperation(operations);
  const activity = activityNamed(operation) ?? DEEDS[operation]!;
  if (named !== undefined && named.activity !== activity) {
    throw CmdletError.validation('Operation', `-Filter is about ${named.activity}, -Operation about ${operation}.`);
  }
  const conditions = named?.conditions ?? criteria;
  const isDeed = activityNamed(operation) === undefined;
  const isThere = conditions.some((condition) => isOperation(condition) && same(condition.value, operation));
  if (!isDeed || isThere) return { activity, conditions };
  return { activity, conditions: [{ property: 'Operation', operator: 'eq', value: operation }, ...conditions] };
}

function oneOperation(operations: readonly string[]): string {
  const [given, ...more] = operations;
  if (given === undefined || more.length > 0) {
    throw CmdletError.validation(
      'Operation',
      'It takes one: an alert policy is about one activity. Make one for each.',
    );
  }
  const found = OPERATION_NAMES.find((name) => same(name, given.trim()));
  if (found !== undefined) return found;
  throw CmdletError.validation(
    'Operation',
    `No alert is raised on ${given}. It is one of ${OPERATION_NAMES.join(', ')}.`,
  );
}

/** The criterion that names the activity is none of its conditions; one that names a deed is. */
function activityIn(criteria: readonly AlertCondition[]): Watched | undefined {
  const about = criteria.find((criterion) => isOperation(criterion) && activityNamed(criterion.value) !== undefined);
  if (about !== undefined) {
    const activity = activityNamed(about.value)!;
    return { activity, conditions: criteria.filter((criterion) => criterion !== about) };
  }
  const deed = firstDeed(criteria);
  return deed === undefined ? undefined : { activity: DEEDS[deed]!, conditions: criteria };
}

/** Undefined where the conditions name none, or an activity, which would be taken for the policy's own. */
function deedOf({ activity, conditions }: Watched): string | undefined {
  if (conditions.some((condition) => isOperation(condition) && activityNamed(condition.value) !== undefined))
    return undefined;
  const deed = firstDeed(conditions);
  return deed !== undefined && DEEDS[deed] === activity ? deed : undefined;
}

function firstDeed(conditions: readonly AlertCondition[]): string | undefined {
  for (const condition of conditions.filter(isOperation)) {
    const deed = Object.keys(DEEDS).find((name) => same(name, condition.value));
    if (deed !== undefined) return deed;
  }
  return undefined;
}

const isOperation = ({ property, operator }: AlertCondition): boolean => property === 'Operation' && operator === 'eq';
const activityNamed = (text: string) => ACTIVITY_NAMES.find((name) => same(name, text));
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const LONGEST_VALUE = 255;
const PROPERTY = /\s*(?:Activity\.)?([a-z]+(?:[.:][a-z]+)?)(?=\s)/iy;
const OPERATOR = /\s*-([a-z]+)(?=[\s'"]|$)/iy;
const VALUE = /\s*('(?:[^']|'')*'|"(?:[^"]|"")*"|[^\s'"(){}]+)/y;
const AND = /\s+-(and)(?=\s)/iy;

/** Reads from left to right; what it does not find where it must be is told with its place. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    const trimmed = text.trim();
    // A script block says the same as a text.
    const isBlock = trimmed.startsWith('{') && trimmed.endsWith('}');
    this.#text = (isBlock ? trimmed.slice(1, -1) : trimmed).trim();
  }

  take(pattern: RegExp, wanted: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) {
      const place = this.#text.slice(this.#at, this.#at + 20).trim();
      return refuse(place === '' ? `It ends where ${wanted} must stand.` : `At "${place}" must stand ${wanted}.`);
    }
    this.#at = pattern.lastIndex;
    return found[1]!;
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }
}

function oneOf<const V extends string>(text: string, values: readonly V[], what: string): V {
  const found = values.find((value) => same(value, text));
  if (found !== undefined) return found;
  const known = values.map((value) => (what === 'operator' ? `-${value}` : `Activity.${value}`)).join(', ');
  return refuse(`Activities of Cordon are told apart by no ${what} ${text}. It is one of ${known}.`);
}

function unquoted(value: string): string {
  const quote = value[0]!;
  if (quote !== "'" && quote !== '"') return value;
  return value.slice(1, -1).replaceAll(quote + quote, quote);
}

const printCriterion = ({ property, operator, value }: AlertCondition): string =>
  `Activity.${property} -${operator} '${value.replaceAll("'", "''")}'`;

function refuse(why: string): never {
  throw CmdletError.validation('Filter', why);
}
