// Colours of series, told apart in light and dark and by those who see no red or green (Okabe and Ito, 2008).
const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#8a7500', '#7f7f7f'] as const;

export function colorOf(index: number): string {
  return PALETTE[index % PALETTE.length]!;
}

/** Of a threshold, and of what was refused. */
export const ALARM_COLOR = '#c50f1f';
