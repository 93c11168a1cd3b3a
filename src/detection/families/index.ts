// The registry of families. Their order is that of the sums in a state: a new one goes to the end and raises DETECTOR_VERSION.
import { bulk } from './bulk.ts';
import { content } from './content.ts';
import { deception } from './deception.ts';
import { failures } from './failures.ts';
import type { Family } from './family.ts';
import { identity } from './identity.ts';
import { links } from './links.ts';
import { recipients } from './recipients.ts';
import { volume } from './volume.ts';

export const FAMILIES: readonly Family[] = [content, recipients, failures, volume, bulk, identity, links, deception];
