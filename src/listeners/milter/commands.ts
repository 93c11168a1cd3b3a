// The letters of what a mail server says to a milter (SMFIC_* in Sendmail's libmilter/mfdef.h).

export const ABORT = 0x41; // A
export const BODY = 0x42; // B
export const CONNECT = 0x43; // C
export const MACRO = 0x44; // D
export const BODYEOB = 0x45; // E
export const HELO = 0x48; // H
/** QUIT_NC: the SMTP session is over, another one follows on this connection. */
export const QUIT_NEW_CONNECTION = 0x4b; // K
export const HEADER = 0x4c; // L
export const MAIL = 0x4d; // M
export const END_OF_HEADER = 0x4e; // N
export const OPTNEG = 0x4f; // O
export const QUIT = 0x51; // Q
export const RCPT = 0x52; // R
export const DATA = 0x54; // T
export const UNKNOWN = 0x55; // U

/** A command as a log line shows it. */
export function letter(command: number): string {
  return command > 0x20 && command < 0x7f ? String.fromCharCode(command) : `0x${command.toString(16).padStart(2, '0')}`;
}
