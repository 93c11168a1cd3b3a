// What zod found wrong, in an operator's words: what is there and what would be right.
import type { z } from 'zod';

export interface SaidIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of keys',
  null: 'nothing',
  undefined: 'nothing',
};

/** One sentence fragment for each issue; unknown keys get one issue each, at the key. `known` names the keys of a section. */
export function sayIssues(
  issues: readonly z.core.$ZodIssue[],
  known: (section: readonly PropertyKey[]) => readonly string[] = () => [],
): readonly SaidIssue[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: sayUnknown(key, known(issue.path)) }))
      : [{ path: issue.path, message: sayIssue(issue) }],
  );
}

function sayIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return sayType(issue.expected, issue.input);
    case 'invalid_value':
      return `must be one of: ${issue.values.join(', ')}`;
    case 'too_small':
      return `must ${sayBound(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sayBound(issue.origin, 'at most', issue.maximum)}`;
    default:
      return issue.message;
  }
}

function sayType(expected: string, input: unknown): string {
  if (input === undefined || input === null) return `is missing: must be ${WORDS[expected] ?? expected}`;
  const found = Array.isArray(input) ? 'a list' : expected === 'int' ? String(input) : WORDS[typeof input];
  return `must be ${WORDS[expected] ?? expected}, not ${found ?? typeof input}`;
}

function sayBound(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return limit === 1 ? 'not be empty' : `have ${bound} ${limit} characters`;
  if (origin === 'array') return `have ${bound} ${limit} entries`;
  return `be ${bound} ${limit}`;
}

function sayUnknown(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `is not a key here: did you mean ${near}?`;
  return known.length === 0 ? 'is not known here' : `is not a key here; there are: ${known.join(', ')}`;
}

/** The candidate that is a slip of the pen away, if one is. Words of more than 64 characters are no slips. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
