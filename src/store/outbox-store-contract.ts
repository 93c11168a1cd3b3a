// What every outbox store, and every store of webhooks, must do.
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../notifications/outbox-store.ts';
import { aGuid, anEvent, NOON, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

const LATEST = NOON + 3_600_000;

function aDeliveryTo(target: string, over: Partial<Delivery> = {}): Delivery {
  const times = { attempts: 0, nextAt: NOON, createdAt: NOON };
  return {
    id: aGuid(),
    eventId: aGuid(),
    organizationId: ORGANIZATION,
    channel: 'mail',
    target,
    payload: '{"a":1}',
    ...times,
    ...over,
  };
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
      expect(await again.due('mail', ORGANIZATION, NOON, LATEST, 10)).toEqual([mail]);
      expect(await again.due('webhook', ORGANIZATION, NOON, LATEST, 10)).toEqual([webhook]);
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
      const due = await outbox.due('mail', ORGANIZATION, NOON + 3, LATEST, 10);
      expect(due.map(({ id }) => id)).toEqual([early!.id, late!.id]);
      expect(await outbox.due('mail', ORGANIZATION, NOON + 3, LATEST, 1)).toHaveLength(1);
      expect(await outbox.nextAt(NOON + 3)).toBe(NOON + 9);
      expect(await outbox.nextAt(NOON + 9)).toBeUndefined();
    });

    test('what was written before the clock was set back is due at once', async () => {
      const far = aDeliveryTo('a@ours.example', { nextAt: LATEST + 1 });
      await expanded(far, aDeliveryTo('b@ours.example', { nextAt: LATEST }));
      expect((await place.store.outbox.due('mail', ORGANIZATION, NOON, LATEST, 10)).map(({ id }) => id)).toEqual([
        far.id,
      ]);
    });

    test('a delivery is postponed, and removed', async () => {
      const { outbox } = place.store;
      const [one, other] = [aDeliveryTo('a@ours.example'), aDeliveryTo('b@ours.example')];
      await expanded(one, other);
      await outbox.postpone(one.id, 3, NOON + 50);
      expect(await outbox.remove(other.id)).toBe(true);
      expect(await outbox.remove(other.id)).toBe(false);
      expect(await outbox.due('mail', ORGANIZATION, NOON + 49, LATEST, 10)).toEqual([]);
      expect(await outbox.due('mail', ORGANIZATION, NOON + 50, LATEST, 10)).toMatchObject([
        { id: one.id, attempts: 3 },
      ]);
    });

    test('events of organizations take turns, so that many of one do not hold up the others', async () => {
      const { outbox } = place.store;
      const flood = [1, 2, 3].map((at) => anEvent({ at }));
      const other = anEvent({ at: 9, organizationId: OTHER_ORGANIZATION });
      const guards = anEvent({ at: 10, organizationId: undefined });
      for (const event of [...flood, other, guards]) await outbox.addEvent(event);
      expect((await outbox.events(4)).map(({ at }) => at)).toEqual([1, 9, 10, 2]);
    });

    test('organizations are told apart: whose time has come, and how much waits', async () => {
      const { outbox } = place.store;
      const theirs = aDeliveryTo('b@theirs.example', { organizationId: OTHER_ORGANIZATION });
      const guards = aDeliveryTo('c@ours.example', { organizationId: '', nextAt: NOON + 5 });
      await expanded(aDeliveryTo('a@ours.example'), aDeliveryTo('d@ours.example'), theirs, guards);
      expect([...(await outbox.dueOrganizations('mail', NOON, LATEST))].sort()).toEqual(
        [ORGANIZATION, OTHER_ORGANIZATION].sort(),
      );
      expect(await outbox.dueOrganizations('webhook', NOON, LATEST)).toEqual([]);
      expect(await outbox.dueOrganizations('mail', NOON + 5, LATEST)).toHaveLength(3);
      expect(await outbox.due('mail', OTHER_ORGANIZATION, NOON, LATEST, 10)).toMatchObject([{ id: theirs.id }]);
      expect(Object.fromEntries(await outbox.waiting())).toEqual({ [ORGANIZATION]: 2, [OTHER_ORGANIZATION]: 1, '': 1 });
    });

    test('where too many wait go those of that organization only: tried most often, then youngest, mail first', async () => {
      const { outbox } = place.store;
      const [old, young] = [1, 2].map((at) => aDeliveryTo(`${at}@ours.example`, { createdAt: at }));
      const hook = aDeliveryTo('hook', { createdAt: 2, channel: 'webhook' });
      const dead = aDeliveryTo('dead@ours.example', { createdAt: 0, attempts: 3 });
      const theirs = aDeliveryTo('b@theirs.example', { organizationId: OTHER_ORGANIZATION, attempts: 9 });
      await expanded(old!, young!, hook, dead, theirs);
      const left = async () =>
        [
          ...(await outbox.due('mail', ORGANIZATION, NOON, LATEST, 10)),
          ...(await outbox.due('webhook', ORGANIZATION, NOON, LATEST, 10)),
        ].map(({ target }) => target);
      expect(await outbox.shed(ORGANIZATION, 3)).toBe(1);
      expect((await left()).sort()).toEqual(['1@ours.example', '2@ours.example', 'hook']);
      expect(await outbox.shed(ORGANIZATION, 2)).toBe(1);
      expect(await left()).toEqual(['1@ours.example', 'hook']);
      expect(await outbox.shed(ORGANIZATION, 2)).toBe(0);
      expect(await outbox.due('mail', OTHER_ORGANIZATION, NOON, LATEST, 10)).toHaveLength(1);
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
