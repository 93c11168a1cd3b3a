// What this door writes to the log: strange things that it survived, and faults of our own. A pino logger fits.
export interface Log {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
