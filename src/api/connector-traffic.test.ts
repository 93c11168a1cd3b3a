import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { aDetectorInTest } from './detector-in-test.ts';

const api = await aTestApi();
const detector = await aDetectorInTest(api);
const { world } = api;
afterAll(async () => {
  await detector.close();
  await api.close();
});
const HOUR = 3_600_000;
const path = (id: string, query = '') => `/connectors/${id}/traffic${query}`;

describe("a connector's traffic", () => {
  const { ourConnector, clock } = world;

  test('is told before anything is known of it', async () => {
    const { status, body } = await detector.get('reader', path(ourConnector.id));
    expect(status).toBe(200);
    expect(body.hours).toHaveLength(7 * 24);
    expect(body.hours.at(-1)).toEqual({ at: '2026-11-22T08:00:00.000Z', messages: 0, recipients: 0 });
    expect(body).toMatchObject({ incomplete: false, learnt: { messages: 0, days: 0 } });
    expect(body).not.toHaveProperty('usualDay');
  });

  test('stands hour by hour beside what is usual at that hour of the day', async () => {
    for (let day = 0; day < 5; day++) {
      clock.now = NOW + day * 24 * HOUR + 90 * 60_000;
      for (let i = 0; i < 6; i++) detector.take(ourConnector, { messageId: `<${day}.${i}@ours.example>` });
    }
    clock.now += HOUR;
    const { body } = await detector.get('ours', path(ourConnector.id, '?days=2'));
    expect(body.hours).toHaveLength(48);
    const at = (hour: string) => body.hours.find((one: { at: string }) => one.at === `2026-11-${hour}:00:00.000Z`);
    for (const day of ['25', '26']) expect(at(`${day}T09`)).toMatchObject({ messages: 6, recipients: 6 });
    expect(at('26T10')).toMatchObject({ messages: 0, recipients: 0 });
    // Six at nine o'clock, as the mean of three hours.
    for (const hour of ['08', '09', '10']) expect(at(`26T${hour}`).usualRecipients).toBeCloseTo(2);
    expect(at('26T03').usualRecipients).toBe(0);
    expect(body.usualDay).toBeCloseTo(6);
    expect(body.learnt.messages).toBe(30);
    expect(body.learnt.days).toBeGreaterThan(4);
    expect(body.standing).toMatchObject({ level: 'clear', threshold: 13 });
  });

  test("of another's connector is not there", async () => {
    for (const id of [ourConnector.id, '159eb7c4-75d7-43e2-95fe-ced44b3e0a56']) {
      expect((await detector.get('theirs', path(id))).status).toBe(404);
    }
    expect((await detector.get('theirs', path(world.theirConnector.id))).body.hours[0].messages).toBe(0);
    expect((await detector.get('ours', path(ourConnector.id, '?days=31'))).status).toBe(400);
  });
});
