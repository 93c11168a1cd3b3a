import type { Strings } from '../strings.tsx';

export const audit: Strings['audit'] = {};
