import type { Strings } from '../strings.tsx';

export const evidence: Strings['evidence'] = {};
