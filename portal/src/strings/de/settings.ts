import type { Strings } from '../strings.tsx';

export const settings: Strings['settings'] = {};
