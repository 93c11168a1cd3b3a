import type { Strings } from '../strings.tsx';

export const signIn: Strings['signIn'] = {
  title: 'Anmelden',
  to: 'Bei Cordon anmelden',
  name: 'Name',
  password: 'Kennwort',
  code: 'Code Ihrer Authenticator-App',
  codeHint: 'Sechs Ziffern.',
  signIn: 'Anmelden',
  or: 'oder',
  with: (provider) => `Mit ${provider} anmelden`,
  oidcFailed: 'Der Anbieter hat Sie nicht angemeldet.',
  change: {
    title: 'Wählen Sie ein eigenes Kennwort',
    text: 'Sie haben sich mit einem Einmalkennwort angemeldet. Nichts anderes geht, bevor Sie ein eigenes haben.',
    old: 'Einmalkennwort',
    new: 'Neues Kennwort',
    again: 'Neues Kennwort, noch einmal',
    differ: 'Die beiden sind nicht gleich.',
    change: 'Kennwort ändern',
  },
};
