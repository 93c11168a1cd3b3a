// The GUID under which programs know a message of the trace: computed from its organization and its place in the journal, and back.
import { nameBasedId } from '../attribution/name-based-id.ts';

/** RFC 9562 5.8: version 8. Its last 48 bits are the `seq`, which no journal exceeds; those before say that it is this organization's. */
export function messageTraceId(organizationId: string, seq: number): string {
  const seal = nameBasedId('message trace', organizationId, String(seq));
  return `${seal.slice(0, 14)}8${seal.slice(15, 24)}${seq.toString(16).padStart(12, '0')}`;
}

/** The `seq` of the journal; undefined for what is no message of this organization. */
export function seqOf(organizationId: string, traceId: string): number | undefined {
  const seq = Number.parseInt(traceId.slice(24), 16);
  return messageTraceId(organizationId, seq) === traceId.toLowerCase() ? seq : undefined;
}
