// What operations need of the other rooms; `main.ts` hands it in.
import type { Accounts } from '../access/accounts.ts';
import type { Tokens } from '../access/tokens.ts';
import type { JournalStore } from '../activity/journal-store.ts';
import type { Alarm } from '../alerts/alarm.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { AlertPolicies } from '../alerts/policies.ts';
import type { Directory } from '../attribution/directory.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Gate } from '../restrictions/gate.ts';
import type { RestrictedEntities } from '../restrictions/restricted-entities.ts';
import type { AuditSessions } from './audit-sessions.ts';

export interface OperationPorts {
  readonly directory: Directory;
  readonly restrictions: RestrictedEntities;
  readonly journal: JournalStore;
  readonly alerts: Pick<AlertStore, 'alerts' | 'alert' | 'alertsOf'>;
  readonly alarm: Pick<Alarm, 'settled' | 'handle' | 'comment'>;
  readonly alertPolicies: AlertPolicies;
  /** Mail addresses that *TenantAdmins* of an organization stands for now. From memory. */
  readonly administratorAddresses: (organizationId: string) => readonly string[];
  readonly audit: Pick<AuditLog, 'append' | 'search'>;
  readonly auditSessions: AuditSessions;
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  /** Where restricted mail is held back now. */
  readonly gates: () => readonly Gate[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
  readonly randomUUID: () => string;
}
