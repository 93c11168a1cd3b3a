// The GUID under which programs know a message of the trace: computed from its organization and its place in the journal, and back.
import { nameBasedId } from '../attribution/name-based-id.ts';

/** By organization: ten thousand reasons are told within a moment. */
const PREFIXES = new Map<string, string>();

/** RFC 9562 5.8: version 8. Its last 48 bits are the `seq`, which no journal exceeds; those before are the organization's. */
export function messageTraceId(organizationId: string, seq: number): string {
  return `${prefixOf(organizationId)}${seq.toString(16).padStart(12, '0')}`;
}

/** The `seq` of the journal; undefined for what is no message of this organization. */
export function seqOf(organizationId: string, traceId: string): number | undefined {
  const seq = Number.parseInt(traceId.slice(24), 16);
  return messageTraceId(organizationId, seq) === traceId.toLowerCase() ? seq : undefined;
}

function prefixOf(organizationId: string): string {
  let prefix = PREFIXES.get(organizationId);
  if (prefix === undefined) {
    const id = nameBasedId('message trace', organizationId);
    prefix = `${id.slice(0, 14)}8${id.slice(15, 24)}`;
    PREFIXES.set(organizationId, prefix);
  }
  return prefix;
}
