// An alert write in pieces and put together: what one bad thing in it must not take along, and what waits for a disk that fails.
import type { AlertActivity } from './alert.ts';
import type { AlertWrite, DayCount } from './alert-store.ts';
import type { NotificationEvent } from './notification-event.ts';

/** Smaller writes of the same content, nothing in two of them; none where it cannot be parted. */
export function halvesOf(write: AlertWrite): readonly AlertWrite[] {
  const { activities } = write;
  const loose = looseIncidents(write);
  if (activities.length <= 1)
    return loose.length === 0 || activities.length === 0 ? [] : [partOf(write, activities), only(loose)];
  const middle = activities.length >> 1;
  const halves = [activities.slice(0, middle), activities.slice(middle)].map((half) => partOf(write, half));
  return loose.length === 0 ? halves : [...halves, only(loose)];
}

/** Without these activities, their notifications, and their incidents, which are not looked at then. */
export function without(write: AlertWrite, gone: ReadonlySet<AlertActivity>): AlertWrite {
  const rest = write.activities.filter((activity) => !gone.has(activity));
  const part = partOf(write, rest);
  return { ...part, incidents: [...part.incidents, ...looseIncidents(write)] };
}

/** The later one follows. */
export function merged(before: AlertWrite, later: AlertWrite): AlertWrite {
  const alerts = new Map(before.alerts.map((each) => [each.alert.id, each]));
  for (const { alert, hits } of later.alerts) {
    alerts.set(alert.id, { alert, hits: hits + (alerts.get(alert.id)?.hits ?? 0) });
  }
  const days = new Map([...before.days, ...later.days].map((day) => [dayKey(day), day]));
  return {
    alerts: [...alerts.values()],
    activities: [...before.activities, ...later.activities],
    days: [...days.values()],
    events: [...before.events, ...later.events],
    incidents: [...before.incidents, ...later.incidents],
  };
}

function partOf(write: AlertWrite, activities: readonly AlertActivity[]): AlertWrite {
  const hits = new Map<string, number>();
  for (const { alertId } of activities) hits.set(alertId, (hits.get(alertId) ?? 0) + 1);
  const alerts = write.alerts.flatMap(({ alert }) => {
    const count = hits.get(alert.id);
    return count === undefined ? [] : [{ alert, hits: count }];
  });
  const counted = new Set(alerts.map(({ alert }) => `${alert.policyId} ${alert.entityId ?? alert.entityName ?? ''}`));
  const eventOf = eventsByActivity(write);
  const incidents = new Set(activities.map(({ incidentId }) => incidentId));
  return {
    alerts,
    activities,
    days: write.days.filter(({ policyId, subject }) => counted.has(`${policyId} ${subject}`)),
    events: activities.flatMap(({ id }) => eventOf.get(id) ?? []),
    incidents: write.incidents.filter(({ incidentId }) => incidents.has(incidentId)),
  };
}

/** Each activity that is told of has one, in the order of its alert. */
function eventsByActivity({ activities, events }: AlertWrite): ReadonlyMap<string, NotificationEvent> {
  const waiting = Map.groupBy(events, ({ alertId }) => alertId);
  const taken = new Map<string, number>();
  const found = new Map<string, NotificationEvent>();
  for (const { id, alertId, notified } of activities) {
    if (!notified) continue;
    const place = taken.get(alertId) ?? 0;
    const event = waiting.get(alertId)?.[place];
    taken.set(alertId, place + 1);
    if (event !== undefined) found.set(id, event);
  }
  return found;
}

/** No policy made an alert of them. */
function looseIncidents({ activities, incidents }: AlertWrite): AlertWrite['incidents'] {
  const known = new Set(activities.map(({ incidentId }) => incidentId));
  return incidents.filter(({ incidentId }) => !known.has(incidentId));
}

const only = (incidents: AlertWrite['incidents']): AlertWrite => {
  return { alerts: [], activities: [], days: [], events: [], incidents };
};
const dayKey = ({ subject, policyId, day }: DayCount): string => `${policyId} ${subject} ${day}`;
