// How long an unblock took to hold: every gate is asked, and nothing is assumed.
import type { Gate } from '../restrictions/gate.ts';
import type { OperationPorts } from './ports.ts';

export interface GateEffect extends Pick<Gate, 'name' | 'node'> {
  readonly isEffective: boolean;
  /** Milliseconds until the gate let pass; where it is not effective, until that was known. */
  readonly afterMilliseconds: number;
}

export interface Effect {
  readonly gates: readonly GateEffect[];
  /** Of the last gate. */
  readonly afterMilliseconds: number;
}

/** A gate that has not answered by then is not effective. */
const LONGEST_WAIT_MS = 2_000;

/** Which gates let the entity pass, and how long after `since` (of the monotonic clock). Asks them at once; never rejects. */
export async function effectOn(
  entityId: string,
  since: number,
  { gates, monotonic }: Pick<OperationPorts, 'gates' | 'monotonic'>,
): Promise<Effect> {
  const effects = await Promise.all(
    gates().map(async (gate) => {
      const isEffective = await withinLongestWait(gate.letsPass(entityId));
      const { name, node } = gate;
      return { name, node, isEffective, afterMilliseconds: tenths(monotonic() - since) };
    }),
  );
  const last = Math.max(0, ...effects.map(({ afterMilliseconds }) => afterMilliseconds));
  return { gates: effects, afterMilliseconds: last };
}

async function withinLongestWait(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, LONGEST_WAIT_MS, false).unref();
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

const tenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
