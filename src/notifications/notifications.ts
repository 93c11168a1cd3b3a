// The room's door: events go in, mail and webhooks go out. Made of the outbox, the mail path and the webhooks; cordon.ts hands in who
// the administrators are and what there is to say.
import type { NotificationEvent } from '../alerts/notification-event.ts';
import { CordonError } from '../errors.ts';
import { isAddress, normalizeAddress } from '../mail/address.ts';
import { bounded, type Notification, type NotificationDetails } from './details.ts';
import { GuardedClient, type GuardedClientOptions, type Posted } from './guarded-client.ts';
import { type MailPathOptions, ReportPath, submit } from './mail.ts';
import { type Addressee, Outbox, type OutboxOptions, type Sent } from './outbox.ts';
import type { Channel } from './outbox-store.ts';
import { letterOf, renderMessage } from './render-mail.ts';
import { testLetter } from './test-letter.ts';
import type { WebhookStore } from './webhook.ts';
import { webhookBody } from './webhook-body.ts';
import { shownUrl, Webhooks } from './webhooks.ts';

export interface NotificationsOptions
  extends Pick<OutboxOptions, 'now' | 'random' | 'randomUUID' | 'setTimer' | 'onShed' | 'onFailure' | 'onNobody'> {
  readonly outbox: OutboxOptions['store'];
  readonly webhooks: WebhookStore;
  readonly mail: MailPathOptions;
  /** An address, or `Name <address>`. */
  readonly from: string;
  /** '' is the null reverse-path. */
  readonly envelopeSender: string;
  readonly targets: GuardedClientOptions;
  /** 32 random bytes: what the webhooks' secrets are made with. */
  readonly key: Buffer;
  /** Of the portal, without a slash at its end. */
  readonly publicUrl: () => string;
  /** Whom `TenantAdmins` means: undefined for what concerns the guard and no organization. */
  readonly administratorAddresses: (organizationId: string | undefined) => readonly string[];
  /** Whose webhooks hear of what concerns no organization: the provider's own, in an installation with one. */
  readonly providersOrganization: () => string | undefined;
  /** May wait on I/O; where it rejects, the event is told without. */
  readonly detailsOf: (event: NotificationEvent) => Promise<NotificationDetails>;
  readonly onResult: (channel: Channel, result: NotificationResult, target: string, words: string) => void;
  /** A non-delivery report that could not be sent. */
  readonly onReportFailure: (error: Error) => void;
}

/** `taken` by the other side; `failed` and to be tried again; `given-up` after three days; `refused` is a webhook at an address that is not allowed; `void`: its target is gone. */
export type NotificationResult = 'taken' | 'failed' | 'given-up' | 'refused' | 'void';

/** What came of a test, for one target. */
export interface TestResult {
  readonly channel: Channel;
  /** The address, or the webhook's URL as it is shown. */
  readonly target: string;
  readonly result: 'taken' | 'failed' | 'refused';
  /** Why not; '' where it was taken. */
  readonly words: string;
}

export const TENANT_ADMINS = 'TenantAdmins';
/** A mail server that says nothing must not keep the guard from starting again. */
const CLOSING_PATIENCE_MS = 5_000;
/** Of one organization under way: each is a request to wherever somebody typed. */
const MOST_TESTS = 2;

export class Notifications {
  readonly webhooks: Webhooks;
  /** For non-delivery reports. */
  readonly reports: ReportPath;
  readonly #options: NotificationsOptions;
  readonly #client: GuardedClient;
  readonly #outbox: Outbox;
  /** Tests under way, by organization. */
  readonly #tests = new Map<string, number>();

  /** Goes on with what a former process left. Rejects with STORE_UNAVAILABLE. */
  static async open(options: NotificationsOptions): Promise<Notifications> {
    const { webhooks: store, outbox, targets, onResult } = options;
    const client = new GuardedClient(targets);
    const webhooks = await Webhooks.open({ ...options, store, client });
    const opened: Outbox = await Outbox.open({
      ...options,
      store: outbox,
      senders: {
        mail: { send: ({ id, target, payload }) => sendMail(options, id, target, JSON.parse(payload)) },
        webhook: { send: ({ id, target, payload }) => sendHook(options, webhooks, id, target, payload) },
      },
      addresseesOf: (event) => addresseesOf(options, webhooks, event),
      onResult: (channel, result, { target }, words) => onResult(channel, result, target, words),
    });
    return new Notifications(options, webhooks, client, opened);
  }

  private constructor(options: NotificationsOptions, webhooks: Webhooks, client: GuardedClient, outbox: Outbox) {
    this.#options = options;
    this.webhooks = webhooks;
    this.#client = client;
    this.#outbox = outbox;
    this.reports = new ReportPath(options.mail, options.onReportFailure);
  }

  /** An event was written. Does not wait. */
  wake(): void {
    this.#outbox.wake();
  }

  /** Deliveries that wait or are on their way. */
  get depth(): number {
    return this.#outbox.depth;
  }

  /** Whom mail to these recipients goes to, each once; none where `TenantAdmins` means nobody. */
  addressesOf(recipients: readonly string[], organizationId: string | undefined): readonly string[] {
    return addressesOf(this.#options, recipients, organizationId);
  }

  /** The webhooks that hear of an organization's events, or of the guard's own. */
  webhooksOf(organizationId: string | undefined): readonly string[] {
    return webhooksOf(this.#options, this.webhooks, organizationId).map(({ id }) => id);
  }

  /**
   * Tells that notifications arrive, over mail and every enabled webhook of the organization, once and at once: what fails is not
   * tried again, and nothing of it is kept. About a minute at the most. Rejects with INVALID_REQUEST while two tests are under way.
   */
  sendTest(organizationId: string | undefined, to: readonly string[], by: string): Promise<readonly TestResult[]> {
    return this.#asTest(organizationId, () => this.#sendTest(organizationId, to, by));
  }

  async #asTest<T>(organizationId: string | undefined, act: () => Promise<T>): Promise<T> {
    const key = organizationId ?? '';
    const count = this.#tests.get(key) ?? 0;
    if (count >= MOST_TESTS)
      throw new CordonError('INVALID_REQUEST', `${MOST_TESTS} tests are under way: wait until they have ended`);
    this.#tests.set(key, count + 1);
    try {
      return await act();
    } finally {
      const left = this.#tests.get(key)! - 1;
      if (left > 0) this.#tests.set(key, left);
      else this.#tests.delete(key);
    }
  }

  async #sendTest(
    organizationId: string | undefined,
    to: readonly string[],
    by: string,
  ): Promise<readonly TestResult[]> {
    const { now, randomUUID } = this.#options;
    const at = now();
    const letter = testLetter(by, at);
    const mails = addressesOf(this.#options, to, organizationId).map(async (target): Promise<TestResult> => {
      const sent = await handOver(this.#options, randomUUID(), target, at, letter);
      return sent.result === 'taken' ? taken('mail', target) : notTaken('mail', target, 'failed', sent.words);
    });
    const hooks = webhooksOf(this.#options, this.webhooks, organizationId).map(({ id }) => this.#testWebhook(id, by));
    return (await Promise.all([...mails, ...hooks])).filter((result) => result !== undefined);
  }

  /** Over one webhook. Undefined where there is none. Rejects with INVALID_REQUEST while two tests of its organization are under way. */
  async testWebhook(id: string, by: string): Promise<TestResult | undefined> {
    const webhook = this.webhooks.get(id);
    return webhook && this.#asTest(webhook.organizationId, () => this.#testWebhook(id, by));
  }

  async #testWebhook(id: string, by: string): Promise<TestResult | undefined> {
    const { now, randomUUID } = this.#options;
    const webhook = this.webhooks.get(id);
    const body = JSON.stringify({ type: 'test', at: new Date(now()).toISOString(), by });
    const posted = await this.webhooks.post(id, randomUUID(), body);
    if (webhook === undefined || posted === undefined) return undefined;
    const target = shownUrl(webhook.url);
    return posted.result === 'taken'
      ? taken('webhook', target)
      : notTaken('webhook', target, posted.result, posted.words);
  }

  /** To a URL of the provider's, under the rules of webhooks and without a signature. Never rejects; five seconds at the most. */
  postJson(url: string, body: unknown): Promise<Posted> {
    return this.#client.post(url, JSON.stringify(body));
  }

  /** Waits for what is under way, five seconds at the most: the doors are shut meanwhile. What still waits is on disk, and told after the next start. */
  async close(): Promise<void> {
    const { setTimer } = this.#options;
    let callOff = () => {};
    const patience = new Promise<void>((resolve) => {
      callOff = setTimer(resolve, CLOSING_PATIENCE_MS);
    });
    await Promise.race([Promise.all([this.#outbox.close(), this.reports.close()]), patience]);
    callOff();
  }
}

const taken = (channel: Channel, target: string): TestResult => ({ channel, target, result: 'taken', words: '' });
const notTaken = (channel: Channel, target: string, result: 'failed' | 'refused', words: string): TestResult => ({
  channel,
  target,
  result,
  words,
});

type Who = Pick<NotificationsOptions, 'administratorAddresses' | 'providersOrganization'>;

function addressesOf(
  { administratorAddresses }: Who,
  recipients: readonly string[],
  organizationId: string | undefined,
): readonly string[] {
  const all = recipients.flatMap((recipient) =>
    recipient === TENANT_ADMINS ? administratorAddresses(organizationId) : [recipient],
  );
  return [...new Map(all.filter(isAddress).map((address) => [normalizeAddress(address), address])).values()];
}

function webhooksOf({ providersOrganization }: Who, webhooks: Webhooks, organizationId: string | undefined) {
  const of = organizationId ?? providersOrganization();
  return of === undefined ? [] : webhooks.list(of).filter(({ enabled }) => enabled);
}

async function addresseesOf(
  options: NotificationsOptions,
  webhooks: Webhooks,
  event: NotificationEvent,
): Promise<readonly Addressee[]> {
  const { organizationId, recipients } = event;
  const mails = addressesOf(options, recipients, organizationId);
  const hooks = webhooksOf(options, webhooks, organizationId);
  if (mails.length + hooks.length === 0) return [];
  const without: NotificationDetails = { timeZone: 'UTC', recommendations: [] };
  const notification = bounded({ event, details: await options.detailsOf(event).catch(() => without) });
  const [forMail, forHooks] = [JSON.stringify(notification), webhookBody(notification, options.publicUrl())];
  return [
    ...mails.map((target) => ({ channel: 'mail', target, payload: forMail }) as const),
    ...hooks.map(({ id }) => ({ channel: 'webhook', target: id, payload: forHooks }) as const),
  ];
}

async function sendMail(
  options: NotificationsOptions,
  id: string,
  to: string,
  notification: Notification,
): Promise<Sent> {
  try {
    return await handOver(options, id, to, notification.event.at, letterOf(notification, options.publicUrl()));
  } catch (error) {
    // A letter that cannot be written would keep all others from being tried.
    return { result: 'failed', words: String(error) };
  }
}

async function handOver(
  { mail, from, envelopeSender }: NotificationsOptions,
  id: string,
  to: string,
  at: number,
  letter: ReturnType<typeof letterOf>,
): Promise<Sent> {
  const message = await renderMessage({ from, to, messageId: `<${id}@${mail.hostName}>`, at }, letter);
  return submit(mail, { envelopeSender, recipient: to, message });
}

async function sendHook(
  { onResult }: Pick<NotificationsOptions, 'onResult'>,
  webhooks: Webhooks,
  id: string,
  target: string,
  payload: string,
): Promise<Sent> {
  const posted = await webhooks.post(target, id, payload);
  if (posted === undefined) return { result: 'void', words: 'the webhook was removed' };
  if (posted.result !== 'refused') return posted;
  // Perhaps a name server's mistake: it is tried again like any other failure, and counted by itself.
  onResult('webhook', 'refused', target, posted.words);
  return { result: 'failed', words: posted.words };
}
