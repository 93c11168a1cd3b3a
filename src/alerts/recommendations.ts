// What to do about a compromised connector or user, step by step: the steps of the articles "Respond to a compromised connector" and
// "Responding to a compromised email account", for this guard and the mail servers behind it. Data, shown wherever somebody is
// about to unblock.
import type { EntityKind } from '../attribution/entity.ts';

export interface Recommendation {
  readonly title: string;
  readonly text: string;
  /** What to type; safe to copy, whatever the entity is called. */
  readonly command?: string | undefined;
}

export interface RecommendedFor {
  readonly kind: EntityKind;
  /** GUID. */
  readonly id: string;
  readonly name: string;
}

/** In the order in which they are to be done; unblocking is the last. */
export function recommendationsFor(entity: RecommendedFor): readonly Recommendation[] {
  return entity.kind === 'connector' ? ofConnector(wordFor(entity)) : ofUser(wordFor(entity));
}

/** How a command line names the entity: its name where that is a plain word, else its id. */
export function wordFor({ name, id }: Pick<RecommendedFor, 'name' | 'id'>): string {
  return /^[A-Za-z0-9][\w@.+-]{0,99}$/.test(name) ? name : id;
}

function ofConnector(word: string): readonly Recommendation[] {
  return [
    {
      title: 'See what was sent',
      text: 'Look for a sudden rise, senders and recipients that this connector never had, and addresses that are not those of your server. Does the From that people read agree with the envelope sender?',
      command: `cordon blocked show ${word}\ncordon trace --entity ${word} --from '24h ago'`,
    },
    {
      title: 'Stop what is still on its way',
      text: 'Messages that wait in a mail server’s queue can be held or deleted before they reach anybody.',
      command: `cordon queue ${word}`,
    },
    {
      title: 'Look for changes of connectors',
      text: 'Has somebody created a connector, or edited the addresses, certificate, name or domains of one? Ask who did, and whether it was he.',
      command: 'cordon audit',
    },
    {
      title: 'Put the connectors right',
      text: 'Delete or disable connectors that nobody of you made, and set the others back to what they should be.',
      command: 'cordon connector list',
    },
    {
      title: 'Clean up the server or device behind it',
      text: 'Find out how the mail came in: a stolen login, a web form, malware, an open relay. Close that way, update the server, and change its passwords and, where its key may be known, its certificate.',
    },
    {
      title: 'Look after the administrator’s account',
      text: 'Where a connector was changed by an account of yours, treat that account as compromised: new password, end its sessions, revoke its API tokens, and see what else it did.',
      command: 'cordon audit\ncordon token list',
    },
    {
      title: 'Then unblock it',
      text: 'Its mail passes again at once. What it sends from then on is judged anew.',
      command: `cordon unblock ${word} --reason 'what was done'`,
    },
  ];
}

function ofUser(word: string): readonly Recommendation[] {
  return [
    {
      title: 'See what was sent',
      text: 'Where did the mail come from, to whom did it go, and since when? Addresses and countries that are not this person’s tell that somebody else has the password.',
      command: `cordon blocked show ${word}\ncordon trace --entity ${word} --from '24h ago'`,
    },
    {
      title: 'Change the password',
      text: 'A new one, told to the person over another way than mail. Change also passwords for applications; the old ones were known, too.',
    },
    {
      title: 'End what is signed in',
      text: 'Sessions, mail programs and tokens that were opened with the old password go on until they are ended.',
    },
    {
      title: 'Turn on multi-factor authentication',
      text: 'A password alone can be stolen again. Where SMTP cannot ask for a second factor, allow this login from known addresses only.',
    },
    {
      title: 'Look for what was left behind',
      text: 'Inbox rules that delete or move mail, forwarding to outside addresses, delegates, a changed signature or Reply-To.',
    },
    {
      title: 'Clean up the person’s devices',
      text: 'Scan them for malware before the new password is typed there, and ask whether a page lately wanted the old one.',
    },
    {
      title: 'Stop what is still on its way',
      text: 'Messages that wait in a mail server’s queue can be held or deleted before they reach anybody. Tell those whom it reached.',
      command: `cordon queue ${word}`,
    },
    {
      title: 'Look at administrative roles',
      text: 'Had this person one here or elsewhere, look at what was changed under that name.',
      command: 'cordon audit',
    },
    {
      title: 'Then unblock it',
      text: 'Its mail passes again at once. What it sends from then on is judged anew.',
      command: `cordon unblock ${word} --reason 'what was done'`,
    },
  ];
}
