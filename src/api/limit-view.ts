// Sending limits as the API takes and shows them.
import { z } from 'zod';
import { LIMIT_ACTIONS, MEASURES } from '../attribution/sending-limits.ts';
import { shortText } from './fields.ts';

const limitSchema = z
  .strictObject({
    most: z.number().int().min(1).max(10_000_000).describe('So many are let pass.'),
    action: z.enum(LIMIT_ACTIONS).describe('What happens to the next one.'),
  })
  .meta({ id: 'Limit' });

const byMeasure = Object.fromEntries(MEASURES.map((measure) => [measure, limitSchema.optional()])) as {
  [M in (typeof MEASURES)[number]]: z.ZodOptional<typeof limitSchema>;
};

export const sendingLimitsSchema = z
  .strictObject(byMeasure)
  .describe('A measure that is missing is not limited here.')
  .meta({ id: 'SendingLimits' });

export const limitPolicySchema = z
  .strictObject({
    users: sendingLimitsSchema.describe('Of each user.'),
    connectors: sendingLimitsSchema.describe('Of each connector that does not limit the same measure itself.'),
    logins: z.record(shortText, sendingLimitsSchema).describe('By login: in place of `users`, measure by measure.'),
  })
  .meta({ id: 'LimitPolicy' });

export const limitUseSchema = z
  .object({
    entityId: z.string(),
    kind: z.enum(['connector', 'user']),
    name: z.string(),
    limits: z.array(
      limitSchema.extend({
        measure: z.enum(MEASURES),
        count: z.number().int().describe('Used up now, mail under way included; 0 for recipients of one message.'),
      }),
    ),
  })
  .meta({ id: 'LimitUse' });
