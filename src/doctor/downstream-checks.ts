// What the guard itself needs on the way of the mail: the next hop of its SMTP relay, and the content filter that it asks.
import { parseListenAddress } from '../config/listen-address.ts';
import type { Config } from '../config/schema.ts';
import { filterProtocol } from '../content-filter/open.ts';
import { failed, ok, reasonOf, type Tell } from './findings.ts';
import { SmtpSession } from './smtp-session.ts';

export async function checkNextHop({ listeners }: Config, helo: string, tell: Tell): Promise<void> {
  const { nextHop } = listeners.smtpRelay;
  if (nextHop === undefined) return;
  const name = `${nextHop.host}:${nextHop.port}`;
  try {
    const session = await SmtpSession.open(nextHop, helo, false);
    await session.quit();
    tell(ok('next hop', `${name} answers`));
  } catch (error) {
    const words = `${name} does not take mail (${reasonOf(error)}): the SMTP relay defers everything`;
    tell(failed('next hop', words, `swaks --quit-after EHLO --server ${name}`));
  }
}

/** A message that says what it is; filters learn nothing from a scan. */
const A_MESSAGE = 'From: doctor@cordon-doctor.invalid\r\nSubject: cordon doctor\r\n\r\nIs the filter there?\r\n';

export async function checkContentFilter({ contentFilter }: Config, tell: Tell): Promise<void> {
  const { kind, address, timeoutMilliseconds } = contentFilter;
  if (kind !== 'rspamd' && kind !== 'spamd') return;
  const protocol = filterProtocol({
    ...contentFilter,
    kind,
    address: address === undefined ? undefined : parseListenAddress(address),
  });
  const client = { mailServer: 'local', clientAddress: '127.0.0.1', clientPort: 0 };
  const envelope = { client, envelopeSender: 'doctor@cordon-doctor.invalid', recipients: [] };
  const answer = await protocol.ask(Buffer.from(A_MESSAGE), envelope, AbortSignal.timeout(timeoutMilliseconds));
  if (!('failure' in answer)) return tell(ok('content filter', `${protocol.name} answers`));
  const words = `${protocol.name}: ${answer.words}; mail goes on without its word`;
  tell(failed('content filter', words, `systemctl status ${kind === 'rspamd' ? 'rspamd' : 'spamd'}`));
}
