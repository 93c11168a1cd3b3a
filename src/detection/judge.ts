// Two tests for each message: the connector's first, and the user's on what that let pass. The one place that says so, and on whom a
// block falls: live judgement, replay of a file and recovery from the journal all come through here.
import type { Verdict } from './verdict.ts';

export type Tested = 'connector' | 'user';

/** What the two tests said. A test that did not run has no verdict. */
export interface Judgement {
  readonly connector?: Verdict | undefined;
  /** Where he is the culprit, the connector's verdict. */
  readonly user?: Verdict | undefined;
  /** Whose relaying the verdict refuses (`restrict`) or holds (`hold`); undefined where the message may pass. */
  readonly by?: Tested | undefined;
}

/**
 * Runs `test` for those of the two that there are. Where `refuses` is true after the connector's, the user's does not run:
 * a message that was not let pass says nothing about its user. The block falls on the smaller of the two where nearly all
 * evidence is the user's.
 */
export function judgeBoth(
  subject: { readonly connectorId?: string | undefined; readonly userId?: string | undefined },
  test: (entityId: string, tested: Tested) => Verdict,
  refuses: (tested: Tested, verdict: Verdict) => boolean,
): Judgement {
  const connector = subject.connectorId === undefined ? undefined : test(subject.connectorId, 'connector');
  if (connector !== undefined && refuses('connector', connector)) {
    if (!connector.culprit || subject.userId === undefined) return { connector, by: 'connector' };
    return { connector: { ...connector, action: 'none', alert: false }, user: connector, by: 'user' };
  }
  const user = subject.userId === undefined ? undefined : test(subject.userId, 'user');
  if (user !== undefined && refuses('user', user)) return { connector, user, by: 'user' };
  return { connector, user };
}

/** True where the message must not pass now. */
export function isRefusal(verdict: Verdict): boolean {
  return verdict.action === 'restrict' || verdict.action === 'hold';
}
