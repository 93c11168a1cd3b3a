// A sum that a message was judged by, as the API shows it: its terms by the names of their families.
import { z } from 'zod';
import type { Score } from '../activity/record.ts';
import { FAMILIES } from '../detection/families/index.ts';

export const scoreFields = {
  sum: z.number().describe('With this message in it, when it was judged.'),
  threshold: z.number(),
  level: z.enum(['clear', 'suspect', 'compromised']),
  terms: z
    .record(z.string(), z.number())
    .describe(
      'What each family carries of the sum. They add up to it, within rounding; what carries nothing is left out.',
    ),
};

type ScoreView = z.output<z.ZodObject<typeof scoreFields>>;

export function presentScore({ sum, threshold, level, terms = [] }: Score): ScoreView {
  const named = FAMILIES.map(({ name }, k) => [name, terms[k] ?? 0] as const);
  const carrying = Object.fromEntries(named.filter(([, term]) => term !== 0));
  return { sum, threshold, level: level ?? 'clear', terms: carrying };
}
