// Do a policy's conditions hold for an activity? Pure.
import type { Activity } from './activity.ts';
import type { AlertCondition } from './alert-policy.ts';

const VALUES: { readonly [P in AlertCondition['property']]: (activity: Activity) => string } = {
  EntityKind: ({ entity }) => entity?.kind ?? '',
  EntityName: ({ entity, part }) => entity?.name ?? part,
  EntityId: ({ entity }) => entity?.id ?? '',
  Cause: ({ cause }) => cause,
  UserId: ({ by }) => by,
  ClientIp: ({ clientAddress }) => clientAddress,
  Operation: ({ operation }) => operation,
};

/** True where all of them hold. */
export function holdAll(conditions: readonly AlertCondition[], activity: Activity): boolean {
  return conditions.every(({ property, operator, value }) => {
    const found = VALUES[property](activity).toLowerCase();
    const wanted = value.toLowerCase();
    if (operator === 'like') return isLike(found, wanted);
    return (found === wanted) === (operator === 'eq');
  });
}

/** `*` stands for any text. In time that is linear in the text for each star: no pattern makes it slow. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop()!;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
