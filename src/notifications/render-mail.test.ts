import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recommendationsFor } from '../alerts/recommendations.ts';
import { anEvent, NOON } from '../store/samples.ts';
import { bounded, type Notification } from './details.ts';
import { asHtml, asText } from './letter.ts';
import { letterOf, renderMessage, timeText } from './render-mail.ts';

const AT = Date.parse('2026-11-22T08:00:00Z');
const PORTAL = 'https://cordon.ours.example';
const id = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const head = {
  from: 'Cordon <cordon@ours.example>',
  to: 'anna@ours.example',
  messageId: '<1@relay.ours.example>',
  at: AT,
};

function aNotification(name = 'branch-office', reason = 'It sends spam'): Notification {
  return {
    event: anEvent({ at: AT, entity: { id, kind: 'connector', name }, summary: `connector ${name}: ${reason}.` }),
    details: {
      organizationName: 'Ours',
      timeZone: 'Europe/Zurich',
      restriction: {
        isInForce: true,
        cause: 'detection',
        reason,
        sum: 14.25,
        threshold: 13,
        seen: [{ family: 'recipients', words: 'new recipients 97 % against 21 % usual' }],
      },
      gotOut: { since: AT - 600_000, messages: 12, accepted: 48, delivered: 30, queued: 4, bounced: 14, unknown: 0 },
      recommendations: recommendationsFor({ kind: 'connector', id, name }),
    },
  };
}

/** Header fields, in order, unfolded. */
function fieldsOf(message: Buffer): string[] {
  const text = message.toString('latin1');
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n');
}

describe('the mail of a restricted connector', () => {
  const { subject, blocks } = letterOf(aNotification(), PORTAL);
  const text = asText(blocks);

  test('says what happened, when, on what evidence, and how much got out', () => {
    expect(subject).toBe('High-severity alert: Suspicious connector activity: connector branch-office');
    for (const words of [
      'A high-severity alert has been triggered',
      'Suspicious connector activity',
      '22 Nov 2026, 09:00:00 Europe/Zurich (2026-11-22 08:00:00 UTC)',
      'recipients: new recipients 97 % against 21 % usual',
      '12 messages to 48 recipients since',
      '30 delivered, 4 still queued, 14 bounced',
    ])
      expect(text).toContain(words);
  });

  test('says what to do, how to unblock, and how many may still come', () => {
    for (const words of [
      'It stays restricted until somebody unblocks it on the page Restricted entities, on the command line or over the API:',
      'cordon unblock branch-office',
      `POST /api/v1/restricted-entities/${id}/unblock`,
      'Clean up the server or device behind it',
      'At most 2 more mails',
    ])
      expect(text).toContain(words);
    const html = asHtml(blocks, subject);
    expect(html).toContain('new recipients 97 % against 21 % usual');
  });

  test('leads to the alert, to the evidence of the incident, and to where it is unblocked', () => {
    const { event } = aNotification();
    const notification = { ...aNotification(), event: { ...event, alertId: 'a1', incidentId: 'i1' } };
    const letter = letterOf(notification, PORTAL);
    const alert = `${PORTAL}/alerts?alert=a1`;
    const evidence = `${PORTAL}/restrictedentities/${id}/incidents/i1`;
    expect(asText(letter.blocks)).toContain(`View alert details: ${alert}\nEvidence of the incident: ${evidence}\n`);
    expect(asText(letter.blocks)).toContain(`\nRestricted entities: ${PORTAL}/restrictedentities\n`);
    const html = asHtml(letter.blocks, letter.subject);
    expect(html).toContain(`<a href="${alert}">View alert details</a>`);
    expect(html).toContain(`<a href="${evidence}">Evidence of the incident</a>`);
  });

  test('leads to no evidence where there was no incident', () => {
    const { event, details } = aNotification();
    const text = asText(letterOf({ event: { ...event, incidentId: undefined }, details }, PORTAL).blocks);
    expect(text).toContain('View alert details');
    expect(text).not.toContain('/incidents/');
  });

  test('does not say how to unblock what is not restricted any more', () => {
    const { event, details } = aNotification();
    const over = { ...details, restriction: { ...details.restriction!, isInForce: false } };
    expect(asText(letterOf({ event, details: over }, PORTAL).blocks)).not.toMatch(
      /How to unblock|restricted-entities|restrictedentities$/m,
    );
  });

  test('has two parts, says that a program wrote it, and has a stable id', async () => {
    const message = await renderMessage(head, letterOf(aNotification(), PORTAL));
    const fields = fieldsOf(message);
    expect(fields).toEqual(
      expect.arrayContaining([
        'From: Cordon <cordon@ours.example>',
        'To: anna@ours.example',
        'Message-ID: <1@relay.ours.example>',
        'Auto-Submitted: auto-generated',
        'Date: Sun, 22 Nov 2026 08:00:00 +0000',
      ]),
    );
    expect(message.toString()).toMatch(/multipart\/alternative/);
    expect(message.toString()).toMatch(/text\/plain[\s\S]*text\/html/);
  });
});

test('a user whom a limit restricts until tomorrow is named, and when it ends by itself, in the time of the organization', () => {
  const { event, details } = aNotification();
  const until = Date.parse('2026-11-22T23:00:00Z');
  const name = 'anna@ours.example';
  const { blocks, subject } = letterOf(
    {
      event: { ...event, policyName: 'User restricted from sending email', entity: { id, kind: 'user', name } },
      details: {
        ...details,
        restriction: { isInForce: true, until, cause: 'limit', reason: 'over 500 a day', seen: [] },
      },
    },
    PORTAL,
  );
  const text = asText(blocks);
  expect(subject).toBe('High-severity alert: User restricted from sending email: user anna@ours.example');
  for (const words of [
    'Regain control of the user first',
    'ends by itself at 23 Nov 2026, 00:00:00 Europe/Zurich (2026-11-22 23:00:00 UTC)',
    'cordon unblock anna@ours.example',
    `POST /api/v1/restricted-entities/${id}/unblock`,
  ])
    expect(text).toContain(words);
  expect(text).not.toMatch(/stays restricted|PowerShell/);
});

test('the hour is that of the organization, with UTC beside it; in UTC once', () => {
  expect(timeText(NOON, 'UTC')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  expect(timeText(AT, 'America/New_York')).toBe('22 Nov 2026, 03:00:00 America/New_York (2026-11-22 08:00:00 UTC)');
});

describe('what others wrote', () => {
  const FIELDS = ['Auto-Submitted', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'];
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          'Bcc: eve@evil.example',
          '<script>',
          '"',
          "'",
          '</h1>',
          '\u202e',
          '.',
          '=?',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  test('adds no header field, no line of its own, and no tag', async () => {
    const tags = (html: string) => html.match(/<[^>]*>/g)!.length;
    const usual = letterOf(aNotification(), PORTAL);
    const [lines, marks] = [asText(usual.blocks).split('\n').length, tags(asHtml(usual.blocks, usual.subject))];
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, reason) => {
        const letter = letterOf(bounded(aNotification(`x${name}`, `y${reason}`)), PORTAL);
        const message = await renderMessage(head, letter);
        expect(
          fieldsOf(message)
            .map((field) => field.split(':')[0]!)
            .sort(),
        ).toEqual(FIELDS);
        expect(asText(letter.blocks).split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(lines);
        const html = asHtml(letter.blocks, letter.subject);
        expect(tags(html)).toBe(marks);
        expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 200 },
    );
  });

  test('of a megabyte is cut', async () => {
    const huge = 'A'.repeat(1_048_576);
    const kept = bounded(aNotification(huge, huge));
    expect(JSON.stringify(kept).length).toBeLessThan(20_000);
    expect((await renderMessage(head, letterOf(kept, PORTAL))).length).toBeLessThan(60_000);
  });
});
