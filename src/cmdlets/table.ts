// The one table of cmdlets; a new one is a file and a line here.
import type { Cmdlet } from './cmdlet.ts';
import { getBlockedConnector } from './get-blocked-connector.ts';
import { removeBlockedConnector } from './remove-blocked-connector.ts';

export const CMDLETS: readonly Cmdlet[] = [getBlockedConnector, removeBlockedConnector];

const BY_NAME = new Map(CMDLETS.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** In any case. */
export const cmdletNamed = (name: string): Cmdlet | undefined => BY_NAME.get(name.toLowerCase());
