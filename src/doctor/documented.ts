// The time-outs and default actions of docs/mta/postfix.md, by which Postfix's are measured. A test holds both equal.

/** Seconds: what a guard that hangs may cost is a sum of these. */
export const LONGEST = {
  policy: 3,
  connect: 2,
  command: 4,
  content: 8,
} as const;

/** The guard may take so much longer than what it waits for itself. */
export const MARGIN_SECONDS = 0.5;
