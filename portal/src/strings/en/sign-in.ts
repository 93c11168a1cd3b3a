export const signIn = {
  title: 'Sign in',
  to: 'Sign in to Cordon',
  name: 'Name',
  password: 'Password',
  code: 'Code of your authenticator app',
  codeHint: 'Six digits.',
  signIn: 'Sign in',
  or: 'or',
  with: (provider: string) => `Sign in with ${provider}`,
  problem: 'You are not signed in.',
  /** By code. */
  problems: {
    no_role: 'The provider knows you, but gives you no role here. Ask whoever manages its groups.',
    sign_in_failed: 'The provider does not vouch for you, or your account is disabled here.',
    sign_in_expired: 'That sign-in was not begun in this browser, is too old, or was used already. Begin again.',
    sign_in_provider_unreachable: 'The provider does not answer. Try again later, or sign in with a password.',
  } as Readonly<Record<string, string>>,
  otherProblem: 'Something went wrong on the way to the provider and back. Begin again.',
  change: {
    title: 'Choose your own password',
    text: 'You signed in with a one-time password. Nothing else works before you have one of your own.',
    old: 'One-time password',
    new: 'New password',
    again: 'New password, again',
    differ: 'The two are not the same.',
    change: 'Change password',
  },
};
