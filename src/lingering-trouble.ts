// A trouble whose end nothing tells of: it is over when it did not come again for a while.

export interface Quiet {
  readonly trouble: (what: string) => void;
  readonly well: () => void;
  /** Calls back once after so many milliseconds. */
  readonly setTimer: (act: () => void, milliseconds: number) => void;
  /** It is over after one to two times so many milliseconds without it. */
  readonly quietMs: number;
}

/** To be called each time that it happens; that may be often. */
export function lingering({ trouble, well, setTimer, quietMs }: Quiet): (what: string) => void {
  let isWaiting = false;
  let cameAgain = false;
  const look = () => {
    if (!cameAgain) {
      isWaiting = false;
      well();
      return;
    }
    cameAgain = false;
    setTimer(look, quietMs);
  };
  return (what) => {
    trouble(what);
    cameAgain = isWaiting;
    if (isWaiting) return;
    isWaiting = true;
    setTimer(look, quietMs);
  };
}
