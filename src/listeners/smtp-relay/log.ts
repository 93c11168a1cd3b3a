// What this door writes to the log: a line for a message, for a client that was dropped, for a next hop that is away. A pino logger fits.
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
