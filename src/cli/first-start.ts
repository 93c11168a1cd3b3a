// What the first start says to whoever started it, and asks where somebody can answer. The guard is at work meanwhile.
import type { ServeTerminal } from './command-line.ts';

/** The account that was made, and a way to give it a mail address. */
export interface FirstStart {
  readonly name: string;
  /** Told here, once, and written nowhere. */
  readonly oneTimePassword: string;
  readonly hasMail: boolean;
  /** Rejects with what is wrong about the address. */
  setMail(address: string): Promise<void>;
}

/** So often a wrong address is asked for again. */
const MOST_TRIES = 3;
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;

/** Resolves when there is no more to ask; never rejects. */
export async function sayFirstStart(first: FirstStart, terminal: ServeTerminal, signal: AbortSignal): Promise<void> {
  const { name, oneTimePassword, hasMail } = first;
  terminal.tell(
    `The first administrator of this guard:\n  name      ${name}\n  password  ${oneTimePassword}\n` +
      'The password is shown only now, and must be changed at the first sign-in.\n',
  );
  if (hasMail || (await askForMail(first, terminal, signal))) return;
  terminal.tell(`Alerts reach nobody yet. To change that: cordon account set ${name} --mail ADDRESS\n`);
}

async function askForMail(
  { setMail }: FirstStart,
  { ask, tell }: ServeTerminal,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; ask !== undefined && i < MOST_TRIES; i++) {
    const address = await ask('Mail address that alerts go to (empty: none yet): ', signal).catch(() => '');
    if (address === '') return false;
    if (address.length > 254 || !ADDRESS.test(address)) {
      tell('This is no mail address.\n');
      continue;
    }
    try {
      await setMail(address);
      return true;
    } catch (error) {
      tell(`${(error as Error).message}\n`);
    }
  }
  return false;
}
