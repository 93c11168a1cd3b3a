// What this door writes to the log: one line for a message, one for a client that was dropped. A pino logger fits.
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
