// Long commands end at SIGINT and SIGTERM in their own words, after they have tidied up.
import { CordonError } from './errors.ts';

/** Rejects with INTERRUPTED where a signal came; the signal that `act` gets is aborted then. */
export async function interruptible<Value>(act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort(new CordonError('INTERRUPTED', 'interrupted by a signal'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, onSignal);
  try {
    return await act(interrupt.signal);
  } catch (error) {
    // Streams wrap the reason in an error of their own.
    interrupt.signal.throwIfAborted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
