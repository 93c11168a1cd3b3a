import type { Strings } from '../strings.tsx';

export const messageTrace: Strings['messageTrace'] = {};
