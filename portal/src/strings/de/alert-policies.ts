import type { Strings } from '../strings.tsx';

export const alertPolicies: Strings['alertPolicies'] = {};
