// What a test notification says.
import type { Letter } from './render-mail.ts';
import { timeText } from './render-mail.ts';

export function testLetter(by: string, at: number): Letter {
  return {
    subject: 'Test of notifications',
    blocks: [
      { kind: 'headline', text: 'Notifications of Cordon arrive here' },
      {
        kind: 'paragraph',
        text: `${by} sent this test at ${timeText(at, 'UTC')}. Nothing happened; nothing is to be done.`,
      },
      { kind: 'paragraph', text: 'Alerts will look like this one, and say what was seen and what to do.' },
    ],
  };
}
