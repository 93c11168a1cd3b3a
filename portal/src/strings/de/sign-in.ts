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
  problem: 'Sie sind nicht angemeldet.',
  problems: {
    no_role: 'Der Anbieter kennt Sie, gibt Ihnen hier aber keine Rolle. Fragen Sie, wer seine Gruppen verwaltet.',
    sign_in_failed: 'Der Anbieter bürgt nicht für Sie, oder Ihr Konto ist hier deaktiviert.',
    sign_in_expired:
      'Diese Anmeldung wurde nicht in diesem Browser begonnen, ist zu alt oder wurde schon benutzt. Beginnen Sie noch einmal.',
    sign_in_provider_unreachable:
      'Der Anbieter antwortet nicht. Versuchen Sie es später noch einmal, oder melden Sie sich mit einem Kennwort an.',
  },
  otherProblem: 'Auf dem Weg zum Anbieter und zurück ist etwas schiefgegangen. Beginnen Sie noch einmal.',
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
