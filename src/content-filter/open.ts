// The content filter that is configured to be asked.
import type { FilterAddress } from './address.ts';
import type { FilterProtocol } from './content-filter.ts';
import { GuardedFilter, type GuardedFilterOptions } from './guarded-filter.ts';
import { rspamd } from './rspamd.ts';
import { spamd } from './spamd.ts';

export interface AskedFilterOptions extends Omit<GuardedFilterOptions, 'protocol' | 'setTimer'> {
  readonly kind: 'rspamd' | 'spamd';
  /** Default: where the filter listens by its own default, on this host. */
  readonly address?: FilterAddress | undefined;
  readonly spamScore: number;
  readonly password?: string | undefined;
  readonly user?: string | undefined;
}

const DEFAULT_ADDRESS: Readonly<Record<AskedFilterOptions['kind'], FilterAddress>> = {
  rspamd: { host: '127.0.0.1', port: 11_333 },
  spamd: { host: '127.0.0.1', port: 783 },
};

/** The filter itself, without budget and circuit breaker. */
export function filterProtocol(
  options: Pick<AskedFilterOptions, 'kind' | 'address' | 'spamScore' | 'password' | 'user'>,
): FilterProtocol {
  const { kind, spamScore, password, user } = options;
  const address = options.address ?? DEFAULT_ADDRESS[kind];
  return kind === 'rspamd' ? rspamd({ address, password, spamScore }) : spamd({ address, user });
}

/** Connects to nothing until the first message. */
export function openAskedFilter(options: AskedFilterOptions): GuardedFilter {
  return new GuardedFilter({
    ...options,
    protocol: filterProtocol(options),
    setTimer: (act, milliseconds) => {
      const timer = setTimeout(act, milliseconds);
      return () => clearTimeout(timer);
    },
  });
}
