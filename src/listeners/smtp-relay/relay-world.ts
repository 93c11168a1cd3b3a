// Test support: a relay between a recording guard and a scripted next hop.
import { RecordingGuard } from '../recording-guard.ts';
import { type HopScript, ScriptedHop } from './scripted-hop.ts';
import { type SmtpRelay, type SmtpRelayOptions, startSmtpRelay } from './server.ts';
import { SmtpClient } from './smtp-client.ts';

export const MESSAGE = 'From: a@customer.example\r\nSubject: Invoice\r\n\r\nPlease pay.\r\n';

/** 2026-11-22 12:00 UTC: what the relay takes for now. */
export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

/** Some turns of the event loop: what was sent over loopback by now has been heard. */
export async function breathe(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `isTrue`. A test that waits in vain runs into its own timeout. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

export interface RelayWorld {
  readonly guard: RecordingGuard;
  readonly hop: ScriptedHop;
  readonly relay: SmtpRelay;
  /** Messages of the log's lines of level warn and error, with their fields. */
  readonly log: { readonly level: string; readonly message: string; readonly fields: object }[];
  /** A client that has read the greeting. */
  connect(): Promise<SmtpClient>;
  /** A client that has said EHLO, MAIL and RCPT for these recipients. */
  connectInTransaction(...recipients: readonly string[]): Promise<SmtpClient>;
  close(): Promise<void>;
}

export async function openWorld(script: HopScript = {}, options: Partial<SmtpRelayOptions> = {}): Promise<RelayWorld> {
  const guard = new RecordingGuard();
  const hop = await ScriptedHop.start(script);
  const log: RelayWorld['log'] = [];
  const write = (level: string) => (fields: object, message: string) => void log.push({ level, message, fields });
  const relay = await startSmtpRelay({
    guard,
    listen: { host: '127.0.0.1', port: 0 },
    accounts: [],
    verifyPassword: async () => false,
    xclientHosts: [],
    hostname: 'relay.example',
    maxMessageBytes: 10_000_000,
    log: { info: () => {}, warn: write('warn'), error: write('error') },
    now: () => NOW,
    ...options,
    timeouts: { close: 200, ...options.timeouts },
    nextHop: { host: '127.0.0.1', port: hop.port, tls: 'none', ...options.nextHop },
  });
  const connect = (): Promise<SmtpClient> => SmtpClient.open(relay.address.port);
  return {
    guard,
    hop,
    relay,
    log,
    connect,
    connectInTransaction: async (...recipients) => {
      const client = await connect();
      await client.askAll('EHLO client.example', 'MAIL FROM:<a@customer.example>');
      for (const recipient of recipients) await client.ask(`RCPT TO:<${recipient}>`);
      return client;
    },
    close: async () => {
      await relay.close();
      await hop.close();
    },
  };
}
