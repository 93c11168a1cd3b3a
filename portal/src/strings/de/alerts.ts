import type { Strings } from '../strings.tsx';

export const alerts: Strings['alerts'] = {};
