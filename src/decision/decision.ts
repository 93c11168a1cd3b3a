// May it pass now? accept | defer | reject, and why.
import type { Reply } from '../mail/reply.ts';

export type RefusalCause =
  | 'restricted-connector'
  | 'restricted-user'
  | 'relay-denied'
  | 'new-connector'
  | 'sending-limit'
  | 'uncertain';

export type Decision =
  | { readonly action: 'accept' }
  | { readonly action: 'defer' | 'reject'; readonly reply: Reply; readonly because: RefusalCause };

export const ACCEPT: Decision = { action: 'accept' };
