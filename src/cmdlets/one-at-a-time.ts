// Searches of one principal, one after another: many at once would take from everybody else.

/** By principal: settles when what was asked for last has ended. */
const lastOf = new Map<string, Promise<void>>();

/** Acts when what the same principal asked for before has ended. Settles as `act` does. */
export function oneAtATime<T>(principalId: string, act: () => Promise<T>): Promise<T> {
  const acted = (lastOf.get(principalId) ?? Promise.resolve()).then(act);
  const ended = acted.then(
    () => {},
    () => {},
  );
  lastOf.set(principalId, ended);
  void ended.then(() => {
    if (lastOf.get(principalId) === ended) lastOf.delete(principalId);
  });
  return acted;
}
