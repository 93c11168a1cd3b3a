// How objects become text.
import type { WireRow } from '../admin-api.ts';

export interface View {
  /** Text of the next objects. */
  page(rows: readonly WireRow[]): string;
  /** What comes after the last. */
  end(): string;
}
