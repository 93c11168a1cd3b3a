// One good default of each thing that tests talk about.
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import type { Connector } from '../src/attribution/entity.ts';
import type { RelayClient, RelayedMessage, RelayRequest } from '../src/mail/relay-request.ts';

export const ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
export const OTHER_ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0002';

let made = 0;

export function aConnector(over: Partial<Connector> = {}): Connector {
  made++;
  return {
    ...EMPTY_DRAFT,
    kind: 'connector',
    id: `11111111-0000-4000-8000-${String(made).padStart(12, '0')}`,
    organizationId: ORGANIZATION,
    name: `connector-${made}`,
    armed: true,
    createdAt: 0,
    ...over,
  };
}

export function aClient(over: Partial<RelayClient> = {}): RelayClient {
  return { mailServer: 'local', clientAddress: '192.0.2.10', clientPort: 40_000, ...over };
}

export function aRequest(over: Partial<RelayRequest> = {}): RelayRequest {
  return {
    listener: 'postfix-policy',
    stage: 'RCPT',
    client: aClient(),
    envelopeSender: 'anna@ours.example',
    recipient: 'bob@far.example',
    instance: 'a.1',
    since: 1,
    ...over,
  };
}

export function aMessage(over: Partial<RelayedMessage> = {}): RelayedMessage {
  return {
    listener: 'milter',
    client: aClient(),
    envelopeSender: 'anna@ours.example',
    recipients: [{ address: 'bob@far.example', code: 250 }],
    messageBytes: 2_000,
    queueId: '4XAB',
    instance: 'a.1',
    since: 1,
    content: {
      headerFrom: 'Anna <anna@ours.example>',
      subject: 'Hello',
      messageId: '<1@ours.example>',
      textHead: 'Dear Bob, here is the report.',
    },
    attempted: false,
    ...over,
  };
}
