import type { Strings } from '../strings.tsx';

export const home: Strings['home'] = {};
