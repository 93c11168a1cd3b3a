// What every alert store must do.
import { describe, expect, test } from 'vitest';
import type { Alert } from '../alerts/alert.ts';
import {
  aGuid,
  aNotificationEvent,
  anAlert,
  anAlertActivity,
  anAlertWrite,
  NOON,
  ORGANIZATION,
  OTHER_ORGANIZATION,
} from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function alertStoreContract(make: MakePlace): void {
  describe('alert store', () => {
    const place = new StoreInTest(make);

    const put = async (...alerts: Alert[]) => {
      for (const alert of alerts) await place.store.alerts.write(anAlertWrite(alert));
    };
    const ids = async (query: Partial<Parameters<typeof place.store.alerts.alerts>[0]>) =>
      (await place.store.alerts.alerts({ limit: 10, ...query })).map(({ id }) => id);

    test('alerts are there after a restart as they were given, newest first', async () => {
      const old = anAlert({ createdAt: 1 });
      const aboutTheGuard = anAlert({
        createdAt: 2,
        organizationId: undefined,
        entityId: undefined,
        entityKind: undefined,
        entityName: 'journal',
        incidentId: undefined,
        policy: 'Guard degraded',
        activity: 'GuardDegraded',
        severity: 'Medium',
        status: 'Resolved',
        assignee: 'anna',
        classification: 'FalsePositive',
        resolvedAt: 9,
      });
      await put(aboutTheGuard, old);
      expect(await (await place.restart()).alerts.alerts({ limit: 10 })).toEqual([aboutTheGuard, old]);
    });

    test('an organization sees its own alerts only, and where it asks for them those about the guard', async () => {
      const ours = [1, 2, 3].map((createdAt) => anAlert({ createdAt }));
      const guards = anAlert({ createdAt: 4, organizationId: undefined });
      await put(...ours, anAlert({ organizationId: OTHER_ORGANIZATION }), guards);
      expect(await ids({ organizationId: ORGANIZATION, limit: 2 })).toEqual([ours[2]!.id, ours[1]!.id]);
      expect(await ids({ organizationId: ORGANIZATION, withGuards: true, limit: 2 })).toEqual([guards.id, ours[2]!.id]);
      expect(await ids({})).toHaveLength(5);
    });

    test('each filter takes out the others, and together they take out all but one', async () => {
      const one = anAlert({
        createdAt: NOON,
        lastActivityAt: NOON + 100,
        severity: 'Low',
        status: 'InProgress',
        policy: 'Printers',
        assignee: 'anna',
      });
      const other = anAlert({ createdAt: NOON + 200 });
      await put(one, other);
      const { entityId } = one;
      const filters = {
        status: 'InProgress',
        severity: 'Low',
        policy: 'Printers',
        assignee: 'anna',
        entityId,
      } as const;
      for (const [name, value] of Object.entries(filters)) expect(await ids({ [name]: value })).toEqual([one.id]);
      expect(await ids(filters)).toEqual([one.id]);
      expect(await ids({ from: NOON + 101 })).toEqual([other.id]);
      expect(await ids({ from: NOON + 100 })).toEqual([other.id, one.id]);
      expect(await ids({ until: NOON + 200 })).toEqual([one.id]);
    });

    test('pages that begin after the last one of the page before show each alert once, also those of one moment', async () => {
      const all = Array.from({ length: 7 }, (_, i) => anAlert({ createdAt: NOON + (i % 2) }));
      await put(...all);
      const pages: string[] = [];
      for (let after: Alert | undefined; ; ) {
        const page = await place.store.alerts.alerts({ limit: 2, after });
        if (page.length === 0) break;
        pages.push(...page.map(({ id }) => id));
        after = page.at(-1);
      }
      expect(pages).toEqual(await ids({}));
      expect(new Set(pages).size).toBe(7);
    });

    test('a repeat changes what happened, adds its hits, and leaves what people made of the alert', async () => {
      const { alerts } = place.store;
      const alert = anAlert();
      await put(alert);
      await alerts.handle(alert.id, { status: 'InProgress', assignee: 'anna', classification: 'TruePositive' });
      await alerts.addHits([{ incidentId: alert.incidentId!, count: 40 }]);
      const again = {
        ...alert,
        entityName: 'New name',
        incidentId: aGuid(),
        summary: 'again',
        lastActivityAt: NOON + 5,
        activityCount: 2,
        notified: 2,
      };
      await alerts.write(anAlertWrite(again, { alerts: [{ alert: again, hits: 1 }] }));
      expect((await alerts.alert(alert.id))?.alert).toEqual({
        ...again,
        hitCount: 42,
        status: 'InProgress',
        assignee: 'anna',
        classification: 'TruePositive',
      });
    });

    test('hits of an incident that no alert has count nowhere', async () => {
      const alert = anAlert();
      await put(alert);
      await place.store.alerts.addHits([{ incidentId: aGuid(), count: 3 }]);
      await place.store.alerts.addHits([]);
      expect((await place.store.alerts.alert(alert.id))?.alert.hitCount).toBe(1);
    });

    test('hits of more than a thousand incidents come to each its own', async () => {
      const { alerts } = place.store;
      const many = Array.from({ length: 1_203 }, () => anAlert());
      const both = anAlert({ incidentId: many[1_202]!.incidentId });
      const all = [...many, both];
      await alerts.write(anAlertWrite(all[0]!, { alerts: all.map((alert) => ({ alert, hits: 1 })) }));
      const hits = many.map(({ incidentId }, i) => ({ incidentId: incidentId!, count: i + 1 }));
      await alerts.addHits(hits);
      const found = await alerts.alerts({ limit: 2_000 });
      const hitCounts = new Map(found.map(({ id, hitCount }) => [id, hitCount]));
      expect(many.map(({ id }) => hitCounts.get(id))).toEqual(many.map((_, i) => i + 2));
      expect(hitCounts.get(both.id)).toBe(1_204);
    });

    test('status, assignee and classification come and go; of an unknown alert that is told', async () => {
      const { alerts } = place.store;
      const alert = anAlert();
      await put(alert);
      const handling = {
        status: 'Resolved',
        assignee: 'anna',
        classification: 'FalsePositive',
        resolvedAt: NOON,
      } as const;
      expect(await alerts.handle(alert.id, handling)).toBe(true);
      expect((await alerts.alert(alert.id))?.alert).toEqual({ ...alert, ...handling });
      expect(await alerts.handle(alert.id, { status: 'New' })).toBe(true);
      expect((await alerts.alert(alert.id))?.alert).toEqual(alert);
      expect(await alerts.handle(aGuid(), handling)).toBe(false);
      expect(await alerts.alert(aGuid())).toBeUndefined();
    });

    test('of the activities the last hundred are kept, and shown newest first; comments oldest first', async () => {
      const { alerts } = place.store;
      const alert = anAlert({ activityCount: 103 });
      const activities = Array.from({ length: 103 }, (_, i) => anAlertActivity(alert, i + 1));
      const quiet = anAlertActivity(alert, 103, {
        organizationId: undefined,
        incidentId: undefined,
        notified: false,
        notToldBecause: 'daily limit',
      });
      await alerts.write(anAlertWrite(alert, { activities: [...activities.slice(0, 102), quiet] }));
      const comments = [1, 2].map((at) => {
        return { id: aGuid(), alertId: alert.id, organizationId: ORGANIZATION, at, by: 'anna', text: `no. ${at}` };
      });
      for (const comment of [...comments].reverse()) await alerts.addComment(comment);
      const found = await (await place.restart()).alerts.alert(alert.id);
      expect(found?.activities).toEqual([quiet, ...activities.slice(3, 102).reverse()]);
      expect(found?.comments).toEqual(comments);
    });

    test('those to which repeats are added: not resolved and recent, latest activity first', async () => {
      const recent = [NOON, NOON + 2, NOON + 1].map((lastActivityAt) => anAlert({ lastActivityAt }));
      await put(...recent, anAlert({ lastActivityAt: NOON - 1 }), anAlert({ status: 'Resolved' }));
      const found = (limit: number) => place.store.alerts.unresolved(NOON, limit);
      expect(await found(10)).toEqual([recent[1], recent[2], recent[0]]);
      expect(await found(1)).toEqual([recent[1]]);
    });

    test('the count of a day is raised and never lowered, and counted for each subject, policy and day by itself', async () => {
      const { alerts } = place.store;
      const count = {
        subject: 'a',
        policyId: 'p',
        day: '2026-11-22',
        organizationId: ORGANIZATION,
        count: 2,
        at: NOON,
      };
      const guards = { ...count, subject: 'journal', organizationId: undefined };
      const days = [count, { ...count, policyId: 'q' }, { ...count, day: '2026-11-23' }, guards];
      const write = anAlertWrite(anAlert(), { days });
      await alerts.write(write);
      await alerts.write({ ...write, days: [{ ...count, count: 1 }] });
      await alerts.write({ ...write, days: [{ ...count, policyId: 'q', count: 3 }] });
      const found = await alerts.dayCounts(['a', 'journal'], ['2026-11-22']);
      const sorted = found.toSorted((a, b) => `${a.subject}${a.policyId}`.localeCompare(`${b.subject}${b.policyId}`));
      expect(sorted).toEqual([count, { ...count, policyId: 'q', count: 3 }, guards]);
      expect(await alerts.dayCounts(['b'], ['2026-11-22'])).toEqual([]);
    });

    test('an incident has the first alert that was raised of it, and more than a thousand are asked at once', async () => {
      const { alerts } = place.store;
      const many = Array.from({ length: 1_100 }, () => anAlert({ incidentId: aGuid() }));
      const second = anAlert({ incidentId: many[0]!.incidentId, createdAt: many[0]!.createdAt + 1 });
      const other = anAlert({ incidentId: undefined });
      for (const alert of [second, other]) await alerts.write(anAlertWrite(alert));
      await alerts.write({
        alerts: many.map((alert) => ({ alert, hits: 1 })),
        ...{ activities: [], days: [], events: [], incidents: [] },
      });
      const asked = [...many.map(({ incidentId }) => incidentId!), aGuid()];
      expect(await alerts.alertsOf(asked)).toEqual(new Map(many.map(({ incidentId, id }) => [incidentId, id])));
      expect(await alerts.alertsOf([])).toEqual(new Map());
    });

    test('incidents that were looked at are known', async () => {
      const incidents = [1, 2].map(() => ({ incidentId: aGuid(), organizationId: ORGANIZATION, at: NOON }));
      const nothing = { alerts: [], activities: [], days: [], events: [] };
      await place.store.alerts.write({ ...nothing, incidents });
      await place.store.alerts.write({ ...nothing, incidents: [incidents[0]!] });
      const [first, second] = incidents.map(({ incidentId }) => incidentId);
      expect(await place.store.alerts.seenIncidents([second!, aGuid()])).toEqual([second]);
      const many = Array.from({ length: 1_200 }, aGuid);
      expect(await place.store.alerts.seenIncidents([...many, first!])).toEqual([first]);
    });

    test('a write of thousands is one write', async () => {
      const { alerts } = place.store;
      const many = Array.from({ length: 2_100 }, (_, i) => anAlert({ createdAt: NOON + i }));
      const write = anAlertWrite(many[0]!, {
        alerts: many.map((alert) => ({ alert, hits: 1 })),
        activities: many.map((alert) => anAlertActivity(alert, 1)),
        days: many.map(({ id, createdAt: at }) => ({ subject: id, policyId: 'p', day: '2026-11-22', count: 1, at })),
        events: many.map(({ id: alertId }) => aNotificationEvent({ alertId })),
        incidents: many.map(({ createdAt: at }) => ({ incidentId: aGuid(), organizationId: ORGANIZATION, at })),
      });
      const broken = { ...aNotificationEvent(), at: null as unknown as number };
      await expect(alerts.write({ ...write, events: [...write.events, broken] })).rejects.toThrow();
      expect(await ids({})).toEqual([]);
      await alerts.write(write);
      expect(await ids({ limit: 3_000 })).toHaveLength(2_100);
      expect((await alerts.alert(many.at(-1)!.id))?.activities).toHaveLength(1);
    });

    test('a write that was written already changes no activity and sends nothing twice', async () => {
      const { alerts } = place.store;
      const alert = anAlert();
      const write = anAlertWrite(alert, { activities: [anAlertActivity(alert, 1)], events: [aNotificationEvent()] });
      await alerts.write(write);
      await alerts.write(write);
      expect((await alerts.alert(alert.id))?.activities).toEqual(write.activities);
    });

    test('an alert, its activity, the count and the notification are written together or not at all', async () => {
      const { alerts } = place.store;
      const alert = anAlert();
      const day = { subject: 'a', policyId: 'p', day: '2026-11-22', organizationId: ORGANIZATION, count: 1, at: NOON };
      const broken = { ...aNotificationEvent(), at: null as unknown as number };
      const write = anAlertWrite(alert, { activities: [anAlertActivity(alert, 1)], days: [day], events: [broken] });
      await expect(alerts.write(write)).rejects.toThrow();
      expect(await alerts.alert(alert.id)).toBeUndefined();
      expect(await alerts.dayCounts(['a'], ['2026-11-22'])).toEqual([]);
    });
  });
}
