// The doors of a guard at work: policy server, milter and SMTP relay, as the configuration has them.
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { verifyPassword } from './access/password.ts';
import type { Probes } from './activity/probes.ts';
import { Sessions } from './activity/sessions.ts';
import { parseListenAddress } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import type { ContentFilter } from './content-filter/content-filter.ts';
import { type ContentFilterWord, headersOf, none } from './content-filter/headers.ts';
import { CordonError } from './errors.ts';
import type { Guard } from './listeners/guard.ts';
import { startMilter } from './listeners/milter/server.ts';
import { startPostfixPolicy } from './listeners/postfix-policy/server.ts';
import { startSmtpRelay } from './listeners/smtp-relay/server.ts';
import type { Gate } from './restrictions/gate.ts';

export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** Real addresses; undefined where the door is off. */
export interface Doors {
  readonly postfixPolicy: Address | undefined;
  readonly milter: Address | undefined;
  readonly smtpRelay: Address | undefined;
}

export interface DoorsOptions {
  readonly guard: Guard;
  readonly probes: Probes;
  /** Undefined where none is asked about the messages themselves. */
  readonly askedFilter: ContentFilter | undefined;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Rejects with a coded error where one cannot open; those that have opened are among the closers. */
export async function openDoors(
  config: Config,
  { guard, probes, askedFilter, log, now }: DoorsOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Doors> {
  const { postfixPolicy, milter, smtpRelay, trustedMailServers } = config.listeners;
  const sessions = new Sessions();
  const contentFilter = contentFilterOf(config);
  const opened = async <T extends { address: Address; close(): Promise<void> }>(door: Promise<T>): Promise<Address> => {
    const { address, close } = await door;
    closers.push(close);
    return address;
  };
  const policyAddress = listenOf(postfixPolicy.listen);
  const milterAddress = listenOf(milter.listen);
  const relayAddress = smtpRelay.nextHop === undefined ? undefined : listenOf(smtpRelay.listen);
  return {
    postfixPolicy:
      policyAddress &&
      (await opened(
        startPostfixPolicy({ guard, sessions, probes, listen: policyAddress, trusted: trustedMailServers, log }),
      )),
    milter:
      milterAddress &&
      (await opened(
        startMilter({
          guard,
          sessions,
          probes,
          listen: milterAddress,
          trusted: trustedMailServers,
          log,
          now,
          contentFilter,
          askedFilter,
          idleSeconds: 3_600,
        }),
      )),
    // The schema refuses a Unix socket here: a client of the relay is known by its address.
    smtpRelay:
      relayAddress !== undefined && 'port' in relayAddress
        ? await opened(
            startSmtpRelay({
              ...(await relayOptions(config)),
              guard,
              listen: relayAddress,
              contentFilter,
              askedFilter,
              log,
              now,
            }),
          )
        : undefined,
  };
}

/** The doors that are open. Each asks the guard for every recipient and remembers no answer: `holdsBack` is the guard's. */
export function doorGates(
  { postfixPolicy, milter, smtpRelay }: Doors,
  holdsBack: (entityId: string) => boolean,
): readonly Gate[] {
  const doors = { 'postfix-policy': postfixPolicy, milter, 'smtp-relay': smtpRelay };
  return Object.entries(doors)
    .filter(([, address]) => address !== undefined)
    .map(([name]) => ({ name, letsPass: async (entityId) => !holdsBack(entityId) }));
}

async function relayOptions({ listeners: { smtpRelay } }: Config) {
  const { tls, nextHop, accounts, xclientHosts, maximumMessageBytes } = smtpRelay;
  return {
    nextHop: { ...nextHop!, ca: nextHop!.caFile === undefined ? undefined : await readPem(nextHop!.caFile) },
    tls: tls && {
      key: await readPem(tls.keyFile),
      cert: await readPem(tls.certificateFile),
      clientCa: tls.clientCaFile === undefined ? undefined : await readPem(tls.clientCaFile),
    },
    accounts,
    verifyPassword,
    xclientHosts,
    hostname: smtpRelay.hostname ?? hostname(),
    maxMessageBytes: maximumMessageBytes,
  };
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CordonError('CONFIG_UNREADABLE', `${file} (listeners.smtpRelay.tls) cannot be read`, { cause });
  }
}

const listenOf = (text: string): Address | undefined => (text === 'off' ? undefined : parseListenAddress(text));

function contentFilterOf({ contentFilter }: Config): ContentFilterWord {
  if (contentFilter.kind === 'rspamd-headers') return headersOf('rspamd', { spamScore: contentFilter.spamScore });
  if (contentFilter.kind === 'spamassassin-headers')
    return headersOf('spamassassin', { secret: contentFilter.secret ?? '' });
  return none;
}
