// Changes of some properties: undefined is as good as missing.

export type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Only those that are given. */
export function given<T extends object>(changes: T): Given<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Given<T>;
}
