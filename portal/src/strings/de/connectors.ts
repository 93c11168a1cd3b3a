import type { Strings } from '../strings.tsx';

export const connectors: Strings['connectors'] = {};
