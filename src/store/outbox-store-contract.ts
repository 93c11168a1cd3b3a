// What every outbox store, and every store of webhooks, must do.
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../notifications/outbox-store.ts';
import { aGuid, anEvent, NOON, ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

const LATEST = NOON + 3_600_000;

function aDeliveryTo(target: string, over: Partial<Delivery> = {}): Delivery {
  const times = { attempts: 0, nextAt: NOON, createdAt: NOON };
  return { id: aGuid(), eventId: aGuid(), channel: 'mail', target, payload: '{"a":1}', ...times, ...over };
}

export function outboxStoreContract(make: MakePlace): void {
  describe('outbox store', () => {
    const place = new StoreInTest(make);

    async function expanded(...deliveries: readonly Delivery[]): Promise<void> {
      const event = anEvent();
      await place.store.outbox.addEvent(event);
      await place.store.outbox.expand(event.id, deliveries);
    }

    test('events are there after a restart as they were given, oldest first, and as many as are asked for', async () => {
      const [old, young] = [anEvent({ at: 1, organizationId: undefined, entity: undefined }), anEvent({ at: 2 })];
      await place.store.outbox.addEvent(young);
      await place.store.outbox.addEvent(old);
      const { outbox } = await place.restart();
      expect(await outbox.events(10)).toEqual([old, young].map((event) => JSON.parse(JSON.stringify(event))));
      expect(await outbox.events(1)).toHaveLength(1);
    });

    test('deliveries come in the place of their event, and a second time not at all', async () => {
      const { outbox } = place.store;
      const event = anEvent();
      const [mail, webhook] = [aDeliveryTo('a@ours.example'), aDeliveryTo('w', { channel: 'webhook' })].map(
        (delivery) => ({ ...delivery, eventId: event.id }),
      );
      await outbox.addEvent(event);
      await outbox.expand(event.id, [mail!, webhook!]);
      await outbox.expand(event.id, [aDeliveryTo('b@ours.example')]);
      expect(await outbox.events(10)).toEqual([]);
      const again = (await place.restart()).outbox;
      expect(await again.due('mail', NOON, LATEST, 10)).toEqual([mail]);
      expect(await again.due('webhook', NOON, LATEST, 10)).toEqual([webhook]);
      expect(await again.count()).toBe(2);
    });

    test('an event for nobody is gone without deliveries', async () => {
      await expanded();
      expect(await place.store.outbox.events(10)).toEqual([]);
      expect(await place.store.outbox.count()).toBe(0);
    });

    test('what is due comes the longest due first, and the next time is told', async () => {
      const { outbox } = place.store;
      const [late, early, later] = [3, 1, 9].map((at) => aDeliveryTo(`${at}@ours.example`, { nextAt: NOON + at }));
      await expanded(late!, early!, later!);
      const due = await outbox.due('mail', NOON + 3, LATEST, 10);
      expect(due.map(({ id }) => id)).toEqual([early!.id, late!.id]);
      expect(await outbox.due('mail', NOON + 3, LATEST, 1)).toHaveLength(1);
      expect(await outbox.nextAt(NOON + 3)).toBe(NOON + 9);
      expect(await outbox.nextAt(NOON + 9)).toBeUndefined();
    });

    test('what was written before the clock was set back is due at once', async () => {
      const far = aDeliveryTo('a@ours.example', { nextAt: LATEST + 1 });
      await expanded(far, aDeliveryTo('b@ours.example', { nextAt: LATEST }));
      expect((await place.store.outbox.due('mail', NOON, LATEST, 10)).map(({ id }) => id)).toEqual([far.id]);
    });

    test('a delivery is postponed, and removed', async () => {
      const { outbox } = place.store;
      const [one, other] = [aDeliveryTo('a@ours.example'), aDeliveryTo('b@ours.example')];
      await expanded(one, other);
      await outbox.postpone(one.id, 3, NOON + 50);
      await outbox.remove(other.id);
      expect(await outbox.due('mail', NOON + 49, LATEST, 10)).toEqual([]);
      expect(await outbox.due('mail', NOON + 50, LATEST, 10)).toMatchObject([{ id: one.id, attempts: 3 }]);
    });

    test('the oldest go where too many wait', async () => {
      const { outbox } = place.store;
      const all = [1, 2, 3, 4].map((at) => aDeliveryTo(`${at}@ours.example`, { createdAt: at }));
      await expanded(...all);
      expect(await outbox.shed(3)).toBe(1);
      expect(await outbox.shed(3)).toBe(0);
      const left = await outbox.due('mail', NOON, LATEST, 10);
      expect(left.map(({ createdAt }) => createdAt).sort()).toEqual([2, 3, 4]);
    });

    test('webhooks are there after a restart as they were given, and gone when they are removed', async () => {
      const webhook = { organizationId: ORGANIZATION, url: 'https://hooks.example/x' };
      const on = { ...webhook, id: aGuid(), enabled: true, createdAt: 1 };
      const off = { ...webhook, id: aGuid(), enabled: false, createdAt: 2 };
      for (const each of [off, on]) await place.store.webhooks.addWebhook(each);
      const { webhooks } = await place.restart();
      expect(await webhooks.webhooks()).toEqual([on, off]);
      await webhooks.removeWebhook(on.id);
      expect(await webhooks.webhooks()).toEqual([off]);
    });
  });
}
