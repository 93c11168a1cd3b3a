// The RFC 3464 report of `ndr: on`, over the whole guard: for a device that cannot tell its user itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { type Sink, startSink } from '../mta/sink.ts';

let directory: string;
let mailServer: Sink;
let cordon: Cordon;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-ndr-'));
  mailServer = await startSink();
  const config = configSchema.parse({
    dataDirectory: directory,
    organization: { acceptedDomains: ['contoso.example'] },
    http: { port: 0 },
    listeners: {
      postfixPolicy: { listen: 'off' },
      milter: { listen: 'off' },
      smtpRelay: {
        listen: '127.0.0.1:0',
        hostname: 'relay.contoso.example',
        nextHop: { host: '127.0.0.1', port: mailServer.port, tls: 'none' },
      },
    },
    notifications: { host: '127.0.0.1', port: mailServer.port },
  });
  cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
  const [organization] = cordon.directory.organizations();
  const base = { ...EMPTY_DRAFT, armed: true };
  await cordon.directory.addConnector(organization!.id, {
    ...base,
    name: 'scanner',
    senderIpAddresses: ['127.0.8.1'],
    ndr: true,
  });
  await cordon.directory.addConnector(organization!.id, { ...base, name: 'server', senderIpAddresses: ['127.0.8.2'] });
  for (const entity of cordon.directory.connectors()) {
    await cordon.restrictions.restrict({ entity, cause: 'manual', reason: 'test', by: 'anna' }).settled;
  }
});

afterEach(async () => {
  await cordon.close();
  await mailServer.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function scan(envelopeSender: string, from = '127.0.8.1') {
  const { port } = cordon.smtpRelay as { port: number };
  const message = {
    from,
    envelopeSender,
    headerFrom: 'Scanner',
    recipients: ['bob@far.example'],
    subject: 'Scan 1',
    text: 'page',
  };
  expect((await deliver(message, port, 0)).accepted).toBe(false);
}

test('the sender in an accepted domain is told once an hour, nobody else ever', { timeout: 30_000 }, async () => {
  await scan('');
  await scan('somebody@elsewhere.example');
  await scan('anna@contoso.example', '127.0.8.2');
  await scan('anna@contoso.example');
  await scan('anna@contoso.example');
  await scan('ben@contoso.example');
  const reports = await mailServer.received(2);
  expect(reports.map(({ envelopeSender, recipients }) => [envelopeSender, ...recipients])).toEqual([
    ['', 'anna@contoso.example'],
    ['', 'ben@contoso.example'],
  ]);
  const report = reports[0]!.bytes.toString('latin1');
  expect(report).toMatch(/^Content-Type: multipart\/report; report-type=delivery-status;/m);
  expect(report).toContain('Auto-Submitted: auto-replied');
  expect(report).toContain('Final-Recipient: rfc822; bob@far.example');
  expect(report).toContain('Status: 5.7.711');
  expect(report).toContain('Diagnostic-Code: smtp; 550 5.7.711 Access denied, bad inbound connector. AS(2204).');
  const unfolded = report.replace(/=\r\n/g, '');
  expect(unfolded).toContain("Remote Server returned '550;5.7.711 Access denied, bad inbound connector. AS(2204).'");
  expect(unfolded).toContain("your organization's email connector is suspected of sending spam or phish");
});
