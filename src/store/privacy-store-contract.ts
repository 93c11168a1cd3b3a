// What every store must do for the privacy room.
import { describe, expect, test } from 'vitest';
import type { NotificationEvent } from '../alerts/notification-event.ts';
import { ChainKey } from '../audit/chain.ts';
import { Mention } from '../mail/mention.ts';
import type { Delivery } from '../notifications/outbox-store.ts';
import type { Evidence } from '../restrictions/restriction.ts';
import { AUDIT_KEY, anAuditLog } from './audit-log-in-test.ts';
import {
  aGuid,
  aNotificationEvent,
  anAlert,
  anAlertActivity,
  anAlertWrite,
  anAuditRecord,
  anEnd,
  aRestriction,
  aWindow,
  NOON,
  ORGANIZATION,
  OTHER_ORGANIZATION,
} from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

const ANNA = 'anna@ours.example';
const mention = Mention.of(ANNA)!;
const reseal = new ChainKey(AUDIT_KEY).reseal;
const INSTEAD = { erased: '[erased]', pseudonym: 'forgotten-1', reseal };
const EVIDENCE: Evidence = {
  detectorVersion: 1,
  sum: 14,
  threshold: 13,
  tippedBy: { messageId: '<1@ours.example>', queueId: '4XAB', at: NOON },
  families: [{ family: 'identity', sum: 3, words: `writes as ${ANNA}`, messages: [] }],
};

export function privacyStoreContract(make: MakePlace): void {
  describe('privacy store', () => {
    const place = new StoreInTest(make);

    async function restricted(over: Parameters<typeof aRestriction>[0], end?: Parameters<typeof anEnd>[0]) {
      const { restrictions } = place.store;
      const restriction = aRestriction(over);
      await restrictions.restrict(restriction);
      if (end !== undefined) await restrictions.end(restriction.id, anEnd(end));
      return restriction;
    }

    describe('an address', () => {
      test('is counted, erased in evidence and pseudonymised in the audit log', async () => {
        const { store } = place;
        const user = await restricted({ entityName: ANNA, entityKind: 'user', evidence: EVIDENCE }, { by: ANNA });
        const alert = anAlert({ summary: `user ${ANNA} was restricted.`, entityName: ANNA, assignee: ANNA });
        const activity = anAlertActivity(alert, 1, { words: `writes as ${ANNA}`, by: ANNA, object: ANNA });
        await store.alerts.write(anAlertWrite(alert, { activities: [activity] }));
        const { id: alertId, organizationId } = alert;
        await store.alerts.addComment({
          id: aGuid(),
          alertId,
          organizationId,
          at: NOON,
          by: ANNA,
          text: `asked <${ANNA}>`,
        });
        await store.connectors.addExceptionWindow(aWindow({ reason: `asked by <Anna@ours.example>` }));
        const search = anAuditRecord({ parameters: { sender: 'ANNA@ours.example', limit: 50 } });
        const byHer = anAuditRecord({ at: NOON - 1, by: ANNA, objectId: ANNA });
        for (const each of [search, byHer, anAuditRecord({ at: NOON - 2 })]) {
          await (await anAuditLog(store.audit)).append(each);
        }
        const before = await store.audit.list({ limit: 10 });

        const counts = { restrictions: 1, alerts: 3, exceptionWindows: 1, auditRecords: 2 };
        expect(await store.privacy.countMentions({ mention })).toEqual(counts);
        expect(await store.audit.list({ limit: 10 })).toEqual(before);
        expect(await store.privacy.eraseMentions({ mention }, INSTEAD)).toEqual(counts);
        const nothing = { restrictions: 0, alerts: 0, exceptionWindows: 0, auditRecords: 0 };
        expect(await store.privacy.eraseMentions({ mention }, INSTEAD)).toEqual(nothing);

        const after = await place.restart();
        const [restriction] = await after.restrictions.list({ limit: 1 });
        expect(restriction).toMatchObject({ id: user.id, entityName: '[erased]', ended: { by: '[erased]' } });
        expect(restriction!.evidence).toEqual({
          ...EVIDENCE,
          families: [{ ...EVIDENCE.families[0], words: 'writes as [erased]' }],
        });
        expect(await after.alerts.alert(alertId)).toEqual({
          alert: { ...alert, summary: 'user [erased] was restricted.', entityName: '[erased]', assignee: '[erased]' },
          activities: [{ ...activity, words: 'writes as [erased]', by: '[erased]', object: '[erased]' }],
          comments: [
            { id: expect.any(String), alertId, organizationId, at: NOON, by: '[erased]', text: 'asked <[erased]>' },
          ],
        });
        expect((await after.connectors.exceptionWindows())[0]!.reason).toBe('asked by <[erased]>');
        expect(await after.audit.list({ limit: 10 })).toEqual([
          { ...search, parameters: { sender: 'forgotten-1', limit: 50 } },
          { ...byHer, by: 'forgotten-1', objectId: 'forgotten-1' },
          before[2],
        ]);
      });

      test('is told of nothing more, and nobody is told of it by name', async () => {
        const { store } = place;
        const delivery = (over: Partial<Delivery>): Delivery => {
          const ways = { channel: 'mail', target: 'bert@ours.example', payload: '{}' } as const;
          const of = { eventId: aGuid(), organizationId: ORGANIZATION, attempts: 0, nextAt: NOON, createdAt: NOON };
          return { id: aGuid(), ...ways, ...of, ...over };
        };
        const expanded = async (over: Partial<NotificationEvent>, ...deliveries: Delivery[]) => {
          const event = aNotificationEvent(over);
          await store.outbox.addEvent(event);
          await store.outbox.expand(event.id, deliveries);
        };
        const summary = `user ${ANNA} was restricted.`;
        const about = { organizationId: ORGANIZATION, summary };
        const [toHer, toBert, other] = [
          delivery({ target: 'Anna@ours.example' }),
          delivery({ payload: JSON.stringify({ event: about }) }),
          delivery({ target: `joanna@ours.example` }),
        ];
        const toHook = delivery({ channel: 'webhook', target: aGuid(), payload: JSON.stringify(about) });
        await expanded({}, toHer, toBert, other, toHook);
        const theirs = delivery({ target: ANNA, organizationId: OTHER_ORGANIZATION });
        await expanded({ organizationId: OTHER_ORGANIZATION }, theirs);
        const waiting = aNotificationEvent({ summary, recipients: [ANNA, 'TenantAdmins'] });
        await store.outbox.addEvent(waiting);

        const query = { mention, organizationId: ORGANIZATION };
        expect(await store.privacy.countMentions(query)).toMatchObject({ alerts: 4 });
        expect(await store.outbox.count()).toBe(5);
        expect(await store.privacy.eraseMentions(query, INSTEAD)).toMatchObject({ alerts: 4 });

        const { outbox } = await place.restart();
        const erased = 'user [erased] was restricted.';
        expect(await outbox.events(10)).toEqual([{ ...waiting, summary: erased, recipients: ['TenantAdmins'] }]);
        const waits = [
          ['mail', ORGANIZATION],
          ['mail', OTHER_ORGANIZATION],
          ['webhook', ORGANIZATION],
        ] as const;
        const left = (await Promise.all(waits.map(([way, whose]) => outbox.due(way, whose, NOON, NOON, 10)))).flat();
        const payloads = new Map(left.map(({ id, payload }) => [id, JSON.parse(payload)]));
        expect(payloads).toEqual(
          new Map<string, unknown>([
            [theirs.id, {}],
            [other.id, {}],
            [toBert.id, { event: { ...about, summary: erased } }],
            [toHook.id, { ...about, summary: erased }],
          ]),
        );
        const all = await place.store.privacy.eraseMentions({ mention }, INSTEAD);
        expect(all).toMatchObject({ alerts: 1 });
      });

      test('stays the name of a user who is restricted', async () => {
        await restricted({ entityName: ANNA, entityKind: 'user', reason: `${ANNA} sends spam` });
        await place.store.privacy.eraseMentions({ mention }, INSTEAD);
        const [active] = await place.store.restrictions.active();
        expect(active).toMatchObject({ entityName: ANNA, reason: '[erased] sends spam' });
      });

      test("stays in what is another organization's", async () => {
        const { audit, alerts, privacy } = place.store;
        const theirs = anAuditRecord({ organizationId: OTHER_ORGANIZATION, by: ANNA });
        await (await anAuditLog(audit)).append(theirs);
        await alerts.write(anAlertWrite(anAlert({ organizationId: undefined, summary: ANNA })));
        const counts = { restrictions: 0, alerts: 0, exceptionWindows: 0, auditRecords: 0 };
        expect(await privacy.eraseMentions({ mention, organizationId: ORGANIZATION }, INSTEAD)).toEqual(counts);
        expect(await audit.list({ limit: 1 })).toEqual([theirs]);
      });

      test('is found among thousands of rows', async () => {
        const { audit, privacy } = place.store;
        const records = Array.from({ length: 1_200 }, (_, i) => anAuditRecord({ by: i % 400 === 399 ? ANNA : 'eve' }));
        const log = await anAuditLog(audit);
        await Promise.all(records.map((each) => log.append(each)));
        expect((await privacy.eraseMentions({ mention }, INSTEAD)).auditRecords).toBe(3);
        expect((await privacy.countMentions({ mention })).auditRecords).toBe(0);
      });
    });

    describe('retention', () => {
      test('removes old alerts, and the evidence of restrictions that ended long ago', async () => {
        const { store } = place;
        const old = await restricted({ evidence: EVIDENCE, since: NOON - 10 }, { at: NOON - 5 });
        const recent = await restricted({ evidence: EVIDENCE, since: NOON - 9 }, { at: NOON + 5 });
        const open = await restricted({ evidence: EVIDENCE, since: NOON - 8 });
        const newAlert = anAlert({ createdAt: NOON });
        const stillHit = anAlert({ createdAt: NOON - 9, lastActivityAt: NOON });
        const ofTheGuard = anAlert({ createdAt: NOON - 1, organizationId: undefined });
        const theirs = anAlert({ createdAt: NOON - 1, organizationId: OTHER_ORGANIZATION });
        const oldAlert = anAlert({ createdAt: NOON - 1 });
        const all = [oldAlert, newAlert, stillHit, ofTheGuard, theirs];
        for (const each of all) await store.alerts.write(anAlertWrite(each));

        expect(await store.privacy.removeEvidence(ORGANIZATION, NOON)).toBe(2);
        expect(await store.privacy.removeEvidence(ORGANIZATION, NOON)).toBe(0);
        const kept = await store.restrictions.list({ limit: 10 });
        const isKept = Object.fromEntries(kept.map(({ id, evidence }) => [id, evidence !== undefined]));
        expect(isKept).toEqual({ [old.id]: false, [recent.id]: true, [open.id]: true });
        expect(new Set(await store.alerts.alerts({ limit: 10 }))).toEqual(
          new Set([newAlert, stillHit, ofTheGuard, theirs]),
        );
        expect(await store.privacy.removeEvidence(undefined, NOON)).toBe(1);
      });

      test('takes with an alert its activities and comments, and old day counts; what is in force stays looked at', async () => {
        const { store } = place;
        const open = await restricted({ since: NOON - 8 });
        const ended = await restricted({ since: NOON - 9 }, { at: NOON - 5 });
        const alert = anAlert({ createdAt: NOON - 1 });
        const day = { subject: 's', policyId: 'p', organizationId: ORGANIZATION, count: 1 };
        await store.alerts.write(
          anAlertWrite(alert, {
            activities: [anAlertActivity(alert, 1)],
            days: [
              { ...day, day: '2026-11-01', at: NOON - 1 },
              { ...day, day: '2026-11-02', at: NOON },
            ],
            incidents: [open, ended].map(({ incidentId }) => ({
              incidentId,
              organizationId: ORGANIZATION,
              at: NOON - 8,
            })),
          }),
        );
        const { id: alertId, organizationId } = alert;
        await store.alerts.addComment({ id: aGuid(), alertId, organizationId, at: NOON, by: 'anna', text: 't' });
        expect(await store.privacy.removeEvidence(ORGANIZATION, NOON)).toBe(1);
        // The same id again: what belonged to the one that is gone does not come back with it.
        await store.alerts.write(anAlertWrite(alert));
        expect(await store.alerts.alert(alertId)).toEqual({ alert, activities: [], comments: [] });
        expect(await store.alerts.dayCounts(['s'], ['2026-11-01', '2026-11-02'])).toMatchObject([
          { day: '2026-11-02' },
        ]);
        expect(await store.alerts.seenIncidents([open.incidentId, ended.incidentId])).toEqual([open.incidentId]);
      });

      test('removes ended restrictions, and no epoch', async () => {
        const { store } = place;
        const old = await restricted({ since: NOON - 10 }, { at: NOON - 5 });
        const open = await restricted({ since: NOON - 10 });
        const theirs = await restricted({ organizationId: OTHER_ORGANIZATION, since: NOON - 11 }, { at: NOON - 5 });

        expect(await store.privacy.removeEnded(ORGANIZATION, NOON)).toBe(1);
        expect(await store.privacy.removeEnded(undefined, NOON)).toBe(0);
        expect((await store.restrictions.list({ limit: 10 })).map(({ id }) => id)).toEqual([open.id, theirs.id]);
        expect((await store.restrictions.epochs()).get(old.entityId)).toBe(1);
      });
    });
  });
}
