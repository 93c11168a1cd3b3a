import type { Strings } from '../strings.tsx';

export const explorer: Strings['explorer'] = {};
