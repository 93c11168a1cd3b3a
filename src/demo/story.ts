// The demo's story, step by step, each of which must be seen: ordinary mail, the attack, the block, its list entry and alert, what still
// passes, the unblock, and mail that flows again. Over real SMTP and the real API, as an admin would see it.
import { askPolicy } from './mail-server.ts';
import type { Sample } from './sample.ts';
import {
  ADMINISTRATOR,
  attackMail,
  branchOfficeMail,
  customerAddress,
  type DemoMessage,
  hackedShopMail,
  monitoringMail,
  OWN_DOMAIN,
  scannerMail,
  seededRandom,
  WRITER,
  webShopMail,
} from './senders.ts';
import { type Delivery, deliver } from './smtp-client.ts';

export interface StoryWorld extends Sample {
  readonly say: (line: string) => void;
}

export interface StoryStep {
  readonly step: string;
  readonly seen: boolean;
  readonly detail: string;
}

export interface StorySummary {
  readonly ok: boolean;
  readonly messagesBefore: number;
  /** Messages and recipients of the attack that got out before the block. */
  readonly leakedMessages: number;
  readonly leakedRecipients: number;
  /** The refusal as it came over the wire. */
  readonly refusal: string;
  /** From the unblock request to the first message that passed. */
  readonly unblockedAfterMs: number;
  readonly steps: readonly StoryStep[];
}

interface RestrictedEntity {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

interface RestrictedEntityDetails extends RestrictedEntity {
  readonly evidence: { sum: number; threshold: number; families: { family: string; sum: number; words: string }[] };
}

interface Alert {
  readonly policy: string;
  readonly severity: string;
  readonly notified: number;
}

const isOfBlock = ({ policy }: Alert): boolean => policy === 'Suspicious connector activity';

const HOUR_MS = 3_600_000;
const DAYS = 14;
const MOST_ATTACK_MESSAGES = 60;
/** Of the web shop's attacker, after the block. */
const REPEATED_ATTEMPTS = 4;
/** Of a user, in an hour. */
const MOST_CUSTOMERS = 50;
const CUSTOMERS_AT_ONCE = 6;
/** Between two messages of ordinary mail. */
const PAUSE_MS = 6_000;
const LOOK_MS = 100;
const MOST_LOOKS = 100;
/** What a restricted connector is told, as the design and Microsoft's articles word it. */
const REFUSAL = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';

export class Story {
  readonly #world: StoryWorld;
  /** An act's own: how much ordinary mail there is depends on the hour of the start, and an attack is the same at any. */
  readonly #attackRandom = seededRandom(711);
  readonly #random = seededRandom(2204);
  readonly #steps: StoryStep[] = [];

  constructor(world: StoryWorld) {
    this.#world = world;
  }

  /** Stops at the first step that is not seen: the rest would tell nothing. */
  async tell(): Promise<StorySummary> {
    const { say, cordon } = this.#world;
    say(`Portal   ${cordon.url}/`);
    say(`sign in  admin, ${this.#world.password}   (one-time password: you choose your own with it)`);
    say(`API      ${cordon.url}/api/v1   (bearer token in ${cordon.adminTokenFile})`);
    say(`relay    127.0.0.1:${this.#world.relayPort}\n`);
    const messagesBefore = await this.ordinaryFortnight();
    const { leaked, refusal } = await this.attack();
    let unblockedAfterMs = 0;
    if (this.#allSeen) {
      const entity = await this.#listed();
      await this.#othersPass();
      if (entity !== undefined) unblockedAfterMs = await this.#unblock(entity);
    }
    return {
      ok: this.#allSeen,
      messagesBefore,
      leakedMessages: leaked.length,
      leakedRecipients: leaked.reduce((sum, { recipients }) => sum + recipients.length, 0),
      refusal,
      unblockedAfterMs,
      steps: this.#steps,
    };
  }

  get #allSeen(): boolean {
    return this.#steps.every(({ seen }) => seen);
  }

  #note(step: string, seen: boolean, detail: string): void {
    this.#steps.push({ step, seen, detail });
    this.#world.say(`${seen ? '  ok  ' : ' FAIL '} ${step}: ${detail}`);
  }

  #send(message: DemoMessage): Promise<Delivery> {
    return deliver(message, this.#world.relayPort, this.#world.clock.now());
  }

  /** Office hours for people, round the clock for machines; the clock runs ahead, the mail is real. */
  async ordinaryFortnight(): Promise<number> {
    const { clock, say } = this.#world;
    const start = clock.now();
    let sent = 0;
    let refused = 0;
    for (let hour = 0; hour < DAYS * 24; hour++) {
      const at = start + hour * HOUR_MS;
      const hourOfDay = new Date(at).getUTCHours();
      for (const message of this.#hourOfMail(hourOfDay)) {
        clock.moveTo(at + Math.floor(this.#random() * HOUR_MS));
        const { accepted } = await this.#send(message);
        sent++;
        if (!accepted) refused++;
      }
      if (hour % 48 === 47) say(`        day ${(hour + 1) / 24} of ${DAYS}: ${sent} messages over real SMTP`);
    }
    clock.arrive();
    this.#note('ordinary mail', refused === 0, `${sent} messages of 4 connectors in two weeks, ${refused} refused`);
    return sent;
  }

  *#hourOfMail(hourOfDay: number): Generator<DemoMessage> {
    const atWork = hourOfDay >= 7 && hourOfDay < 18;
    for (let i = this.#about(atWork ? 4 : 0.2); i > 0; i--) yield branchOfficeMail(this.#random);
    for (let i = this.#about(atWork ? 0.6 : 0); i > 0; i--) yield scannerMail(this.#random);
    for (let i = this.#about(1.2); i > 0; i--) yield webShopMail(this.#random);
    for (let i = this.#about(0.3); i > 0; i--) yield monitoringMail(this.#random);
  }

  #about(mean: number): number {
    return Math.floor(mean + this.#random());
  }

  /** Of the branch office, until it is blocked. */
  async attack(): Promise<{ leaked: DemoMessage[]; refusal: string }> {
    this.#world.say('\n        the password of the branch office is stolen: phish goes out through its connector');
    const { leaked, sent, refusal } = await this.#sendUntilRefused(attackMail);
    if (refusal === '') this.#note('block', false, `${sent} messages of the attack passed`);
    else this.#note('block', refusal === REFUSAL, `message ${sent} of the attack: ${refusal}`);
    return { leaked, refusal };
  }

  /** `refusal`: '' where none of them was refused by the guard. */
  async #sendUntilRefused(
    mailOf: (random: () => number, count: number) => DemoMessage,
  ): Promise<{ leaked: DemoMessage[]; sent: number; refusal: string }> {
    const leaked: DemoMessage[] = [];
    for (let count = 1; count <= MOST_ATTACK_MESSAGES; count++) {
      const message = mailOf(this.#attackRandom, count);
      const { accepted, reply } = await this.#send(message);
      const unknown = reply.startsWith('550 5.1.1');
      const blocked = !accepted && !unknown;
      this.#world.say(
        `        phish ${count}: ${blocked ? 'REFUSED' : accepted ? 'accepted' : 'all recipients unknown'}`,
      );
      if (blocked) return { leaked, sent: count, refusal: reply.split('\n').at(-1)!.trim() };
      if (accepted) leaked.push(message);
    }
    return { leaked, sent: MOST_ATTACK_MESSAGES, refusal: '' };
  }

  /** Two that stay restricted, for whoever looks: a connector that was hijacked, and a user who exceeded a sending limit. */
  async leaveSomethingToSee(): Promise<void> {
    const { say } = this.#world;
    say('\n        somebody found a hole in the web shop: parcel fraud goes out through its connector');
    const { sent, refusal } = await this.#sendUntilRefused(hackedShopMail);
    say(refusal === '' ? `        ${sent} messages of it passed` : `        web-shop stays restricted: ${refusal}`);
    for (let i = 0; i < REPEATED_ATTEMPTS; i++) await this.#send(hackedShopMail(this.#attackRandom, sent + i + 1));
    const action = await this.#writeToAllCustomers();
    say(`        ${WRITER} writes to all customers at once, and exceeds a sending limit: ${action}`);
  }

  /** What the mail server is answered for the recipient that is one too many. */
  async #writeToAllCustomers(): Promise<string> {
    const [organization] = (await this.#api<{ items: { id: string }[] }>('GET', '/organizations')).items;
    const path = `/organizations/${organization!.id}/sending-limits`;
    const limits = await this.#api<{ users: object }>('GET', path);
    const externalRecipientsPerHour = { most: MOST_CUSTOMERS, action: 'restrict' };
    await this.#api('PUT', path, { ...limits, users: { ...limits.users, externalRecipientsPerHour } });
    const { port } = this.#world.cordon.postfixPolicy as { port: number };
    let action = 'DUNNO';
    for (let sent = 0; sent <= MOST_CUSTOMERS && action === 'DUNNO'; sent += CUSTOMERS_AT_ONCE) {
      const recipients = Array.from({ length: CUSTOMERS_AT_ONCE }, () => customerAddress(this.#random));
      action = await askPolicy(port, { saslUsername: WRITER, instance: `demo.${sent}`, recipients });
    }
    return action;
  }

  /** Restricted entities and alerts, as the API shows them. */
  async #listed(): Promise<RestrictedEntity | undefined> {
    const { items } = await this.#api<{ items: RestrictedEntity[] }>('GET', '/restricted-entities');
    const entity = items.find(({ name }) => name === 'branch-office');
    this.#note(
      'restricted entities',
      entity !== undefined,
      entity === undefined ? 'branch-office is not listed' : 'branch-office, with its evidence:',
    );
    if (entity !== undefined) await this.#showEvidence(entity);
    const alert = (await this.#alerts()).find(isOfBlock);
    this.#note(
      'alert',
      alert !== undefined,
      alert === undefined ? 'none' : `${alert.policy}, severity ${alert.severity}`,
    );
    const isTold = await this.#told();
    this.#note('notification', isTold, isTold ? `${ADMINISTRATOR} has mail about it` : `no mail to ${ADMINISTRATOR}`);
    return entity;
  }

  async #alerts(): Promise<readonly Alert[]> {
    return (await this.#api<{ items: readonly Alert[] }>('GET', '/alerts')).items;
  }

  /** Alerts are told off the mail's way, within seconds. True once all mail that they asked for has arrived, that about the block in it. */
  async #told(): Promise<boolean> {
    for (let i = 0; i < MOST_LOOKS; i++) {
      const alerts = await this.#alerts();
      const asked = alerts.reduce((sum, { notified }) => sum + notified, 0);
      const isAsked = (alerts.find(isOfBlock)?.notified ?? 0) > 0;
      if (isAsked && this.#world.nextHop.takenForAdministrator >= asked) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  async #showEvidence({ id }: RestrictedEntity): Promise<void> {
    const { evidence } = await this.#api<RestrictedEntityDetails>('GET', `/restricted-entities/${id}`);
    const line = (name: string, sum: number, words: string) =>
      this.#world.say(`          ${name.padEnd(10)} ${sum.toFixed(1).padStart(5)}   ${words}`);
    for (const { family, sum, words } of evidence.families) line(family, sum, words);
    line('sum', evidence.sum, `threshold ${evidence.threshold}`);
  }

  async #othersPass(): Promise<void> {
    const scanner = await this.#send(scannerMail(this.#random));
    this.#note('other connectors', scanner.accepted, `scanner: ${scanner.reply}`);
    const help = await this.#send({ ...branchOfficeMail(this.#random), recipients: [`postmaster@${OWN_DOMAIN}`] });
    this.#note('mail to postmaster', help.accepted, `branch-office: ${help.reply}`);
  }

  async #unblock({ id }: RestrictedEntity): Promise<number> {
    const began = performance.now();
    await this.#api('POST', `/restricted-entities/${id}/unblock`, { reason: 'password changed, machine cleaned' });
    const { accepted, reply } = await this.#send(branchOfficeMail(this.#random));
    const took = Math.round(performance.now() - began);
    this.#note('unblock', accepted, `the next message of branch-office after ${took} ms: ${reply}`);
    return took;
  }

  /** Ordinary mail, and what happens, until the promise resolves. */
  async goOn(until: Promise<void>): Promise<void> {
    const { cordon, say, token } = this.#world;
    await this.leaveSomethingToSee();
    say(`\nThe guard goes on with ordinary mail until Ctrl-C. Look, and unblock:\n  ${cordon.url}/restrictedentities`);
    say('Or, in another terminal:');
    say(`  export CORDON_URL=${cordon.url} CORDON_TOKEN=${token}`);
    say('  bin/cordon blocked list; bin/cordon blocked show web-shop; bin/cordon unblock web-shop --reason test\n');
    const unsubscribe = cordon.events.subscribe((event) => {
      if (event.type === 'alert') say(`alert: ${event.alert.summary}`);
      if (event.type === 'restricted' || event.type === 'unblocked') {
        say(`${event.type}: ${event.restriction.entityName}`);
      }
    });
    let ended = false;
    const end = until.then(() => {
      ended = true;
    });
    while (!ended) {
      const message = this.#ordinaryMessage();
      const { accepted, reply } = await this.#send(message);
      if (!accepted) say(`refused: ${message.envelopeSender}: ${reply.split('\n').at(-1)}`);
      await Promise.race([end, new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref())]);
    }
    unsubscribe();
  }

  #ordinaryMessage(): DemoMessage {
    const which = this.#random();
    if (which < 0.6) return branchOfficeMail(this.#random);
    if (which < 0.75) return scannerMail(this.#random);
    return which < 0.85 ? monitoringMail(this.#random) : webShopMail(this.#random);
  }

  async #api<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#world.cordon.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#world.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
