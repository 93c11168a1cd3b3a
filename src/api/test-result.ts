// What came of a test notification, for one target.
import { z } from 'zod';

export const testResultSchema = z
  .object({
    channel: z.enum(['mail', 'webhook']),
    target: z.string().describe('The address, or the webhook’s URL as it is shown.'),
    result: z.enum(['taken', 'failed', 'refused']),
    words: z.string().describe("Why not; '' where it was taken."),
  })
  .meta({ id: 'TestResult' });
