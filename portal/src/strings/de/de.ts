// German. Its type says that no string is missing.
import type { Strings } from '../strings.tsx';
import { alertPolicies } from './alert-policies.ts';
import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { connectors } from './connectors.ts';
import { evidence } from './evidence.ts';
import { explorer } from './explorer.ts';
import { frame } from './frame.ts';
import { home } from './home.ts';
import { messageTrace } from './message-trace.ts';
import { parts } from './parts.ts';
import { permissions } from './permissions.ts';
import { restrictedEntities } from './restricted-entities.ts';
import { settings } from './settings.ts';
import { signIn } from './sign-in.ts';

export const de: Strings = {
  alertPolicies,
  alerts,
  audit,
  connectors,
  evidence,
  explorer,
  frame,
  home,
  messageTrace,
  parts,
  permissions,
  restrictedEntities,
  settings,
  signIn,
};
