import type { Strings } from '../strings.tsx';

export const permissions: Strings['permissions'] = {};
