// The one table of cmdlets; a new one is a file and a line here.
import type { Cmdlet } from './cmdlet.ts';
import { getAcceptedDomain } from './get-accepted-domain.ts';
import { getBlockedConnector } from './get-blocked-connector.ts';
import { getBlockedSenderAddress } from './get-blocked-sender-address.ts';
import { getInboundConnector } from './get-inbound-connector.ts';
import { getMessageTraceV2 } from './get-message-trace-v2.ts';
import { newAcceptedDomain } from './new-accepted-domain.ts';
import { newInboundConnector } from './new-inbound-connector.ts';
import { removeAcceptedDomain } from './remove-accepted-domain.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';
import { removeBlockedSenderAddress } from './remove-blocked-sender-address.ts';
import { removeInboundConnector } from './remove-inbound-connector.ts';
import { setInboundConnector } from './set-inbound-connector.ts';

export const CMDLETS: readonly Cmdlet[] = [
  getBlockedConnector,
  removeBlockedConnector,
  getBlockedSenderAddress,
  removeBlockedSenderAddress,
  getInboundConnector,
  newInboundConnector,
  setInboundConnector,
  removeInboundConnector,
  getAcceptedDomain,
  newAcceptedDomain,
  removeAcceptedDomain,
  getMessageTraceV2,
];

const BY_NAME = new Map(CMDLETS.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** In any case. */
export const cmdletNamed = (name: string): Cmdlet | undefined => BY_NAME.get(name.toLowerCase());
