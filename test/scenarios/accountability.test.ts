// The story of a power that is watched: who is told of a block, how often, and of nothing while nobody records; and the administrator whose
// account is stolen. A whole guard over real SMTP and the real API, with a clock that the test holds.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../mta/until.ts';
import { DAY, HOUR, MINUTE, REFUSAL, told, WatchedGuard } from './watched-guard.ts';

const ADMINISTRATOR = 'admin@contoso.example';
const SECURITY = 'security@contoso.example';
const HEADLINE = 'High-severity alert: Suspicious connector activity: connector office';

let guard: WatchedGuard;
beforeEach(async () => {
  guard = await WatchedGuard.open();
  await guard.cordon.setAdministratorMail(ADMINISTRATOR);
}, 120_000);
afterEach(() => guard.close());

/** The alerts of a policy as the API lists them. */
const alertsOf = async (policy: string) =>
  (await guard.api('GET', '/alerts')).items.filter((alert: { policy: string }) => alert.policy === policy);

/** Phish until it is refused; and the alert that says so, once it is there. */
async function blocked(hitCount: number) {
  expect((await guard.attack()).reply).toBe(REFUSAL);
  return until('the alert', async () => {
    const [alert] = await alertsOf('Suspicious connector activity');
    return alert?.hitCount >= hitCount ? alert : undefined;
  });
}

async function setRecipients(recipients: readonly string[]): Promise<void> {
  const { items } = await guard.api('GET', '/alert-policies?name=Suspicious%20connector%20activity');
  await guard.api('PATCH', `/alert-policies/${items[0].id}`, { recipients });
}

const setAuditLog = (isOn: boolean) =>
  guard.api('PUT', '/admin-audit-log-config', { unifiedAuditLogIngestionEnabled: isOn });

/** Whom each mail about the block went to, sorted, once so many have come. (That it was coming is told, too, and not counted here.) */
const mails = (count: number) =>
  until(`${count} mails`, () => {
    const about = guard.mailbox.messages.map(told).filter((mail) => mail.endsWith(HEADLINE));
    return about.length >= count ? about.sort() : undefined;
  });

test('three notifications a day, the fourth is on the alert, the next day one again; none while the audit log is off', {
  timeout: 240_000,
}, async () => {
  // Monday: four times blocked and unblocked, and somebody more is told from the third time on.
  for (const [times, recipients] of [
    [1, undefined],
    [2, undefined],
    [3, ['TenantAdmins', SECURITY]],
    [4, [SECURITY]],
  ] as const) {
    if (recipients !== undefined) await setRecipients(recipients);
    const alert = await blocked(times);
    await guard.unblockOffice();
    expect(alert).toMatchObject({
      severity: 'High',
      status: 'New',
      entityName: 'office',
      notified: Math.min(times, 3),
    });
    guard.time += HOUR;
  }
  const first = `${ADMINISTRATOR}: ${HEADLINE}`;
  const monday = [first, first, first, `${SECURITY}: ${HEADLINE}`];
  expect(await mails(4)).toEqual(monday);
  const [{ id }] = await alertsOf('Suspicious connector activity');
  const { activities } = await guard.api('GET', `/alerts/${id}`);
  expect(activities.map(({ notified, notToldBecause }: Activity) => notToldBecause ?? notified)).toEqual([
    'daily limit',
    true,
    true,
    true,
  ]);

  // Tuesday.
  guard.time += DAY;
  await blocked(1);
  await guard.unblockOffice();
  expect(await mails(5)).toEqual([...monday, `${SECURITY}: ${HEADLINE}`]);

  // The audit log is turned off, which is recorded; whoever looks is told; what happens then raises nothing, now or later.
  guard.time += HOUR;
  const before = await guard.api('GET', '/alerts');
  await setAuditLog(false);
  expect((await guard.attack()).reply).toBe(REFUSAL);
  await guard.unblockOffice();
  const silent = await guard.api('GET', '/alerts');
  expect(silent.auditLog).toBe(false);
  expect(silent.items).toEqual(before.items);
  expect((await guard.api('GET', '/stats')).notices).toEqual([
    { code: 'audit_off', text: 'The audit log is off: no alerts fire. Turn it on: cordon audit on' },
  ]);
  await setAuditLog(true);
  const recorded = await guard.api('GET', `/audit-records?from=${new Date(guard.time - MINUTE * 30).toISOString()}`);
  expect(recorded.items.map(({ operation }: { operation: string }) => operation)).toEqual([
    'Set-AdminAuditLogConfig',
    'HygieneTenantEvents',
    'Set-AdminAuditLogConfig',
  ]);

  // On again: the next block is told, and the one of the silence is not made up.
  guard.time += HOUR;
  const again = await blocked(before.items[0].hitCount + 1);
  expect(again.hitCount).toBe(before.items[0].hitCount + 1);
  expect(await mails(6)).toEqual([...monday, `${SECURITY}: ${HEADLINE}`, `${SECURITY}: ${HEADLINE}`]);
});

interface Activity {
  readonly notified: boolean;
  readonly notToldBecause?: string;
}

test('a stolen administrator makes a connector and sends 5 000 messages: a High alert names him, and his mail is deferred', {
  timeout: 600_000,
}, async () => {
  const { secret } = await guard.api('POST', '/api-tokens', {
    name: 'stolen laptop',
    organizationId: guard.office.organizationId,
    roles: ['Organization Management'],
  });
  const made = await guard.api(
    'POST',
    '/connectors',
    { name: 'new gateway', senderIpAddresses: ['127.9.0.1'] },
    secret,
  );

  const [created] = await guard.mailbox.received(1);
  expect(told(created!)).toBe(`${ADMINISTRATOR}: High-severity alert: Connector changed: connector new gateway`);
  const changes = await alertsOf('Connector changed');
  const change = changes.find(({ entityId }: { entityId: string }) => entityId === made.id);
  expect(change).toMatchObject({ severity: 'High' });
  const { activities } = await guard.api('GET', `/alerts/${change.id}`);
  expect(activities[0]).toMatchObject({
    operation: 'New-InboundConnector',
    by: 'stolen laptop',
    clientAddress: '127.0.0.1',
  });

  const answers = await guard.campaign('127.9.0.1', 5_000);
  expect(answers.get('250') ?? 0).toBeLessThan(200);
  expect(answers.get('451')).toBeGreaterThan(4_500);
  const [held] = await until('the alert of the held connector', async () => {
    const found = await alertsOf('Suspicious connector activity');
    return found.length > 0 ? found : undefined;
  });
  expect(held).toMatchObject({ severity: 'High', entityId: made.id });
  expect(held.summary).toContain('its relaying is deferred');
});
