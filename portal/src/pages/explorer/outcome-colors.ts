// Told apart in light and dark and by those who see no red or green, as the charts' palette; what we refused is in the colours of alarm.
import { ALARM_COLOR } from '../../parts/charts/palette.ts';
import type { Outcome } from '../../parts/messages/message-filter.ts';

export const OUTCOME_COLORS: Readonly<Record<Outcome, string>> = {
  accepted: '#0072b2',
  tipped: '#d55e00',
  restricted: ALARM_COLOR,
  denied: '#e69f00',
  held: '#cc79a7',
  deferred: '#56b4e9',
  rejected: '#8a7500',
  aborted: '#7f7f7f',
  repeated: '#009e73',
};
