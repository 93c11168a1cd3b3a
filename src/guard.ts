// The way of one request through the rooms: attribution -> decision -> reply, and at the end of a message
// observation -> detection -> restriction -> journal. Known by main.ts alone; doors see it as `listeners/guard.ts`.
import type { JournalStore } from './activity/journal-store.ts';
import type { DeliveryDraft, MessageRecord, Outcome, RecipientRecord } from './activity/record.ts';
import { type Attribution, describeBasis } from './attribution/attribution.ts';
import type { Directory } from './attribution/directory.ts';
import type { Discovery } from './attribution/discovery.ts';
import type { Connector, Entity, SubjectPrivacy } from './attribution/entity.ts';
import {
  type DecisionTables,
  decideRecipient,
  deferUncertain,
  holdNewConnector,
  limited,
  type Refusal,
  refusalOf,
  rejectRestricted,
} from './decision/decide.ts';
import { ACCEPT, type Decision } from './decision/decision.ts';
import { isAlwaysAccepted, isRelaying, relaysForNobody } from './decision/relaying.ts';
import type { Finding } from './detection/detector.ts';
import { sketchMessage } from './detection/sketch.ts';
import { DETECTOR_VERSION } from './detection/state.ts';
import type { Verdict } from './detection/verdict.ts';
import type { DetectorLog, Weighed } from './detector-log.ts';
import { startOfDay, type TakenRecipients, tomorrow } from './limits/entity-counts.ts';
import { OUTBOUND_WINDOW_MS, OutboundCounts } from './limits/outbound-counts.ts';
import { type Exceeded, gravest, type SendLimiter, wordsOf } from './limits/send-limiter.ts';
import type { Guard, Judged } from './listeners/guard.ts';
import { domainOf, normalizeAddress } from './mail/address.ts';
import { mailboxesOf } from './mail/mailboxes.ts';
import type {
  ListenerName,
  MessageContent,
  RecipientAnswer,
  RelayedMessage,
  RelayRequest,
} from './mail/relay-request.ts';
import { REPLIES } from './mail/replies.ts';
import { oneLine } from './mail/reply.ts';
import type { ActiveRestriction } from './restrictions/active-list.ts';
import type { RestrictedEntities } from './restrictions/restricted-entities.ts';
import type { Evidence, Figures, Restriction } from './restrictions/restriction.ts';

export interface GuardRooms {
  readonly directory: Directory;
  readonly discovery: Discovery;
  readonly restricted: RestrictedEntities;
  readonly log: DetectorLog;
  readonly limiter: SendLimiter;
  readonly now: () => number;
  /** How much of a subject the organization's journal keeps. */
  readonly subjects: (organizationId: string) => SubjectPrivacy;
  /** What is appended to the human sentence of a refusal: contact, incident id. '' for nothing. */
  readonly appendix: (restriction: Restriction) => string;
  readonly whenUncertain: 'accept' | 'defer';
  /** The mail server whose log will tell what becomes of this door's mail; undefined where none is followed. */
  readonly feedbackFrom?: ((listener: ListenerName, mailServer: string) => string | undefined) | undefined;
  /** A fault of our own kept the guard from deciding: `whenUncertain` was answered. */
  readonly onFault: (error: unknown) => void;
  /** Each message once, when it is journaled. */
  readonly onMessage: (record: MessageRecord, attribution: Attribution) => void;
  /** A recipient or message was refused because of a restriction in force; not the message that led to it. Very hot. */
  readonly onRefused?: ((restriction: Restriction) => void) | undefined;
  /** Each answer, for the counts. */
  readonly onDecision: (decision: Decision, listener: ListenerName) => void;
  /** Once per incident: an entity beyond its threshold that is not restricted for it (new, observed, exempt, in its grace). */
  readonly onReport: (entity: Entity, verdict: Verdict, record: Named) => void;
  /** Once a day for each limit that only alerts, and for ten times the usual day. `words`: "501 recipients in a day, limit 500". */
  readonly onExceeded: (entity: Entity, words: string) => void;
}

/** How evidence names a message. */
type Named = Pick<MessageRecord, 'messageId' | 'queueId' | 'at'>;

/** Recipients in a day of a connector that are worth a word, and by how much they exceed the usual day. */
const LEAST_UNUSUAL_DAY = 100;
const UNUSUAL_TIMES = 10;

const HOUR_MS = 3_600_000;

const NOTHING: Judged = { decision: ACCEPT, settle: () => {} };

export class RelayGuard implements Guard {
  readonly #rooms: GuardRooms;
  readonly #tables: DecisionTables;
  readonly #outbound = new OutboundCounts();
  /** By connector; undefined where it has not learnt for long enough. */
  readonly #usualDays = new Map<string, { readonly day: number; readonly usual: number | undefined }>();

  constructor(rooms: GuardRooms) {
    this.#rooms = rooms;
    this.#tables = {
      acceptedBy: (domain) => rooms.directory.acceptedBy(domain),
      restrictionOf: (entityId) => rooms.restricted.active.get(entityId),
    };
  }

  /** Is mail of the entity refused by now? From the table that every answer is decided by. */
  holdsBack(entityId: string): boolean {
    return this.#tables.restrictionOf(entityId) !== undefined;
  }

  now(): number {
    return this.#rooms.restricted.active.version;
  }

  ask(request: RelayRequest): Decision | Promise<Decision> {
    try {
      const decision = this.#ask(request);
      return decision instanceof Promise ? decision.catch((error: unknown) => this.#uncertain(error)) : decision;
    } catch (error) {
      return this.#uncertain(error);
    }
  }

  #ask(request: RelayRequest): Decision | Promise<Decision> {
    const attribution = this.#rooms.directory.attribute(request.client);
    const recipient = request.recipient ?? '';
    if (attribution === undefined) this.#discover(request, recipient);
    const decision = decideRecipient(attribution, recipient, request.listener, this.#tables);
    if (decision.action === 'defer') return this.#onceDurable(attribution!, request, recipient);
    if (decision.action === 'accept' && attribution !== undefined) {
      const exceeded = this.#reserve(attribution, request, recipient);
      if (exceeded !== undefined) return this.#beyondLimit(exceeded, attribution, request, recipient);
    }
    this.#rooms.onDecision(decision, request.listener);
    return decision.action === 'reject' ? this.#dressed(decision, attribution, recipient) : decision;
  }

  #discover(request: RelayRequest, recipient: string): void {
    // RFC 6761 6.4: no such domain exists, so that nothing is relayed to it; `cordon doctor` asks about one.
    if (domainOf(recipient).endsWith('.invalid')) return;
    if (!relaysForNobody(recipient, this.#tables.acceptedBy)) return;
    this.#rooms.discovery.note(request.client, 1, this.#rooms.now());
  }

  /** The limit in the way of this recipient, if any; else it counts from now on. */
  #reserve(attribution: Attribution, request: RelayRequest, recipient: string): Exceeded | undefined {
    const { organizationId } = attribution;
    if (isAlwaysAccepted(recipient, organizationId, this.#tables.acceptedBy)) return undefined;
    const exceeded = this.#rooms.limiter.reserve(entitiesOf(attribution), {
      key: messageKey(request.listener, request.client.mailServer, request.instance),
      address: recipient,
      relaying: isRelaying(recipient, organizationId, this.#tables.acceptedBy),
      at: this.#rooms.now(),
    });
    for (const each of exceeded) {
      if (each.limit.action === 'alert') this.#tellExceeded(each.entity, each.measure, wordsOf(each));
    }
    return gravest(exceeded);
  }

  #tellExceeded(entity: Entity, what: string, words: string): void {
    if (this.#rooms.limiter.isNews(entity.id, what, this.#rooms.now())) this.#rooms.onExceeded(entity, words);
  }

  #beyondLimit(
    exceeded: Exceeded,
    attribution: Attribution,
    request: RelayRequest,
    recipient: string,
  ): Decision | Promise<Decision> {
    const { entity, limit } = exceeded;
    const { limiter, restricted, now } = this.#rooms;
    if (limit.action === 'restrict' || limit.action === 'restrictUntilTomorrow') {
      restricted.restrict({
        entity,
        cause: 'limit',
        reason: `Sending limit: ${wordsOf(exceeded)}`,
        by: 'Cordon',
        isOwn: true,
        figures: this.#figuresOf(exceeded),
        until: limit.action === 'restrict' ? undefined : tomorrow(now()),
      });
      return this.#onceDurable(attribution, request, recipient);
    }
    const decision = limited(exceeded);
    if (decision.action === 'reject') {
      limiter.noteRefusal(messageKey(request.listener, request.client.mailServer, request.instance), recipient);
    }
    this.#rooms.onDecision(decision, request.listener);
    return decision;
  }

  #figuresOf({ entity, measure }: Exceeded): Figures {
    const now = this.#rooms.now();
    const { external, internal } = this.#rooms.limiter.today(entity, now);
    const { last } = this.#outbound.of(entity.id, now);
    return {
      exceeded: measure,
      externalRecipientsToday: external,
      internalRecipientsToday: internal,
      messageSeq: last?.seq,
      messageRecipients: last?.recipients,
    };
  }

  /** A message that was taken, or tipped a sum, counts among what its senders sent. `seq`: of its journal record. */
  #noteSent(record: MessageRecord, seq: number): void {
    if (record.outcome !== 'accepted' && record.outcome !== 'tipped') return;
    const taken = record.recipients.filter(({ code }) => code < 300);
    const isOutbound = taken.some(({ relaying }) => relaying);
    const sent = { seq, at: record.at, recipients: taken.length, isOutbound, spam: record.spam };
    if (record.connectorId !== undefined) this.#outbound.note(record.connectorId, sent);
    if (record.userId !== undefined) this.#outbound.note(record.userId, sent);
  }

  /** Each message comes by here once, at its end. */
  #journaled(record: MessageRecord, attribution: Attribution): void {
    this.#settleLimits(record, attribution);
    this.#rooms.onMessage(record, attribution);
  }

  /** For its sender's limits the message counts for the recipients that were taken, if it was taken at all. */
  #settleLimits(record: MessageRecord, attribution: Attribution): void {
    const { limiter, now } = this.#rooms;
    const key = messageKey(record.listener, record.mailServer, record.instance);
    limiter.settle(entitiesOf(attribution), key, now(), this.#takenOf(record));
    const { connector } = attribution;
    if (connector !== undefined && record.outcome === 'accepted') this.#watchDay(connector);
  }

  #takenOf({ outcome, recipients, organizationId }: MessageRecord): TakenRecipients {
    const taken = { external: 0, internal: 0 };
    if (outcome !== 'accepted') return taken;
    for (const { address, code, relaying } of recipients) {
      if (code >= 300 || isAlwaysAccepted(address, organizationId, this.#tables.acceptedBy)) continue;
      if (relaying) taken.external++;
      else taken.internal++;
    }
    return taken;
  }

  /**
   * After a start, before the doors open: what was sent today and in the last hour counts for the limits, and what was sent in the last 24 hours
   * is told with a restriction. Reads the journal of a day; `onRead` hears of each message in it.
   */
  async restoreLimits(
    journal: Pick<JournalStore, 'seqBefore' | 'readFrom'>,
    onRead: (record: MessageRecord) => void = () => {},
  ): Promise<void> {
    const now = this.#rooms.now();
    const from = Math.min(startOfDay(now), now - 2 * HOUR_MS);
    for await (const records of journal.readFrom(await journal.seqBefore(now - OUTBOUND_WINDOW_MS))) {
      for (const record of records) {
        if (record.kind !== 'message') continue;
        onRead(record);
        this.#noteSent(record, record.seq);
        if (record.at >= from) this.#restoreLimit(record);
      }
    }
  }

  #restoreLimit(record: MessageRecord): void {
    const { limiter, directory, restricted } = this.#rooms;
    const connector = record.connectorId === undefined ? undefined : directory.connector(record.connectorId);
    const user =
      record.saslUsername === undefined || record.userId === undefined
        ? undefined
        : directory.user(record.organizationId, record.saslUsername);
    // What was sent before the last unblock counts no more.
    const entities = [
      user !== undefined && record.userEpoch === restricted.active.epochOf(user.id) ? [user] : [],
      connector !== undefined && record.connectorEpoch === restricted.active.epochOf(connector.id) ? [connector] : [],
    ].flat();
    const key = messageKey(record.listener, record.mailServer, record.instance);
    limiter.settle(entities, key, record.at, this.#takenOf(record));
  }

  /** A connector far beyond its usual day is told of: nobody has set it a limit. */
  #watchDay(connector: Connector): void {
    const { limiter, now } = this.#rooms;
    const usual = this.#usualDay(connector);
    const today = limiter.count(connector, 'recipientsPerDay', now());
    if (usual === undefined || today < Math.max(LEAST_UNUSUAL_DAY, UNUSUAL_TIMES * usual)) return;
    const words = `${today} recipients today, ${UNUSUAL_TIMES} times its usual day of ${Math.round(usual)}`;
    this.#tellExceeded(connector, 'usual day', words);
  }

  /** As it was at the first message of the day: what comes today is learnt, too. */
  #usualDay({ id }: Connector): number | undefined {
    const day = startOfDay(this.#rooms.now());
    let known = this.#usualDays.get(id);
    if (known?.day !== day) {
      known = { day, usual: this.#rooms.log.usualDay(id) };
      this.#usualDays.set(id, known);
    }
    return known.usual;
  }

  /** A permanent refusal waits until its restriction is on disk; if that takes too long, doubt is temporary. */
  async #onceDurable(attribution: Attribution, request: RelayRequest, recipient: string): Promise<Decision> {
    await refusalOf(attribution, recipient, this.#tables)?.restriction.settled;
    const decision = decideRecipient(attribution, recipient, request.listener, this.#tables);
    this.#rooms.onDecision(decision, request.listener);
    return this.#dressed(decision, attribution, recipient);
  }

  #dressed(decision: Decision, attribution: Attribution | undefined, recipient: string): Decision {
    const refusal = attribution && refusalOf(attribution, recipient, this.#tables);
    return refusal === undefined ? decision : this.#refused(decision, refusal.restriction.restriction);
  }

  #refused(decision: Decision, restriction: Restriction): Decision {
    if (decision.action === 'reject') this.#rooms.onRefused?.(restriction);
    return this.#withAppendix(decision, restriction);
  }

  /** The human sentence gets contact and incident; the machine's fixed sentence stays what it is, byte for byte. */
  #withAppendix(decision: Decision, restriction: Restriction): Decision {
    if (decision.action !== 'reject' || decision.reply.human === undefined) return decision;
    const appendix = this.#rooms.appendix(restriction);
    if (appendix === '') return decision;
    return { ...decision, reply: { ...decision.reply, human: `${decision.reply.human} ${appendix}` } };
  }

  judge(message: RelayedMessage): Judged | Promise<Judged> {
    try {
      const judged = this.#judge(message);
      return judged instanceof Promise ? judged.catch((error: unknown) => this.#undecided(error)) : judged;
    } catch (error) {
      return this.#undecided(error);
    }
  }

  #undecided(error: unknown): Judged {
    return { decision: this.#uncertain(error), settle: () => {} };
  }

  #uncertain(error: unknown): Decision {
    this.#rooms.onFault(error);
    return this.#rooms.whenUncertain === 'accept' ? ACCEPT : deferUncertain;
  }

  #judge(message: RelayedMessage): Judged | Promise<Judged> {
    const attribution = this.#rooms.directory.attribute(message.client);
    if (attribution === undefined) return NOTHING;
    const taken = message.recipients.filter((recipient) => recipient.code < 300);
    if (taken.length === 0) {
      this.abandon(message);
      return NOTHING;
    }
    const standing = this.#standingRefusal(attribution, taken);
    if (standing !== undefined) return this.#refuseWhole(message, attribution, standing);
    return this.#weigh(message, attribution, taken);
  }

  weighs({ client, recipients }: Pick<RelayedMessage, 'client' | 'recipients'>): boolean {
    try {
      const attribution = this.#rooms.directory.attribute(client);
      const taken = recipients.filter(({ code }) => code < 300);
      return attribution !== undefined && taken.length > 0 && this.#standingRefusal(attribution, taken) === undefined;
    } catch (error) {
      this.#rooms.onFault(error);
      return false;
    }
  }

  abandon(message: RelayedMessage): void {
    try {
      this.#abandon(message);
    } catch (error) {
      this.#rooms.onFault(error);
    }
  }

  #abandon(message: RelayedMessage): void {
    const attribution = this.#rooms.directory.attribute(message.client);
    if (attribution === undefined || message.recipients.length === 0) return;
    const standing = this.#standingRefusal(attribution, message.recipients);
    const seen = this.#record(message, attribution, 'restricted', ACCEPT);
    const outcome = standing === undefined ? this.#outcomeOfAbandoned(seen.recipients, attribution) : 'restricted';
    const by = standing?.restriction.restriction.entityKind;
    const record: MessageRecord = { ...seen, outcome, tippedBy: by };
    const findings = this.#rooms.log.append(record);
    this.#act(findings, attribution, record, this.#rooms.log.seq);
    this.#journaled(record, attribution);
  }

  #outcomeOfAbandoned(recipients: readonly RecipientRecord[], attribution: Attribution): Outcome {
    if (!recipients.every(({ code }) => code >= 500)) return 'aborted';
    const denied = recipients.some(({ address, limited }) => {
      if (limited === true) return true;
      const decision = decideRecipient(attribution, address, 'smtp-relay', this.#tables);
      return decision.action === 'reject' && decision.because === 'relay-denied';
    });
    return denied ? 'denied' : 'rejected';
  }

  /** A block that fell after this message's RCPT: it concerns the message where any of its recipients is concerned. */
  #standingRefusal(attribution: Attribution, taken: readonly RecipientAnswer[]): Refusal | undefined {
    for (const { address } of taken) {
      const refusal = refusalOf(attribution, address, this.#tables);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  async #refuseWhole(message: RelayedMessage, attribution: Attribution, refusal: Refusal): Promise<Judged> {
    await refusal.restriction.settled;
    const decision = rejectRestricted(refusal.restriction.restriction.entityKind, refusal.restriction);
    const record: MessageRecord =
      decision.action === 'reject'
        ? {
            ...this.#record(message, attribution, 'restricted', decision),
            tippedBy: refusal.restriction.restriction.entityKind,
          }
        : this.#record(message, attribution, 'held', decision);
    this.#rooms.log.append(record);
    this.#journaled(record, attribution);
    return this.#answer(this.#refused(decision, refusal.restriction.restriction), message.listener);
  }

  #weigh(
    message: RelayedMessage,
    attribution: Attribution,
    taken: readonly RecipientAnswer[],
  ): Judged | Promise<Judged> {
    const record = this.#record(message, attribution, 'accepted', ACCEPT);
    const weighed = this.#rooms.log.weigh(record);
    const entity = weighed.by === 'user' ? attribution.user : attribution.connector;
    if (weighed.action === 'none' || entity === undefined) return this.#pass(weighed, record, attribution);
    if (weighed.action === 'restrict') return this.#tip(weighed, record, attribution, entity, taken);
    if (weighed.alert) this.#rooms.onReport(entity, weighed.verdict, record);
    // A new connector's mail waits until somebody has looked at it, but not what stays at home.
    if (weighed.action === 'hold' && taken.some(({ address }) => this.#concerns(entity, attribution, address))) {
      const reply = oneLine(REPLIES.newConnectorHeld);
      const held: MessageRecord = { ...record, outcome: 'held', tippedBy: weighed.by, reply };
      this.#rooms.log.settle(weighed, held);
      this.#journaled(held, attribution);
      return this.#answer(holdNewConnector, record.listener);
    }
    return this.#pass(weighed, record, attribution);
  }

  /** The door learns the final answer later: only with a 2xx does the message become an entry of the log. */
  #pass(weighed: Weighed, record: MessageRecord, attribution: Attribution): Judged {
    this.#rooms.onDecision(ACCEPT, record.listener);
    const settle = (reply: string) => {
      try {
        this.#settle(weighed, record, attribution, reply);
      } catch (error) {
        this.#rooms.onFault(error);
      }
    };
    return { decision: ACCEPT, settle };
  }

  #settle(weighed: Weighed, record: MessageRecord, attribution: Attribution, reply: string): void {
    const answered = outcomeOf(reply);
    const outcome = answered === 'accepted' && weighed.isRepeat ? 'repeated' : answered;
    const settled: MessageRecord = { ...record, outcome, reply };
    const findings = this.#rooms.log.settle(weighed, settled);
    const { seq } = this.#rooms.log;
    this.#noteSent(settled, seq);
    this.#act(findings, attribution, settled, seq);
    this.#journaled(settled, attribution);
  }

  /** Evidence that tipped a sum without a question to refuse: the entity's next message is the first that is refused. */
  #act(findings: readonly Finding[], attribution: Attribution, record: MessageRecord, seq: number): void {
    for (const { entityId, verdict } of findings) {
      if (verdict.action !== 'restrict') continue;
      const entity = attribution.user?.id === entityId ? attribution.user : attribution.connector;
      if (entity?.id === entityId) this.#restrict(entity, verdict, record, seq);
    }
  }

  /** `seq`: of the journal record of the message that tipped the sum. */
  #restrict(entity: Entity, verdict: Verdict, record: Named, seq: number): ActiveRestriction {
    const { mail, spam } = this.#outbound.of(entity.id, this.#rooms.now());
    return this.#rooms.restricted.restrict({
      entity,
      cause: 'detection',
      reason: reasonOf(entity, verdict),
      by: 'Cordon',
      isOwn: true,
      evidence: evidenceOf(verdict, record),
      figures: { messageSeq: seq, outboundMail: mail, outboundSpam: spam },
    });
  }

  /** This message tips the sum: its entity is restricted, and the message is the first that is refused. */
  async #tip(
    weighed: Weighed,
    record: MessageRecord,
    attribution: Attribution,
    entity: Entity,
    taken: readonly RecipientAnswer[],
  ): Promise<Judged> {
    const refused = taken.some(({ address }) => this.#concerns(entity, attribution, address));
    const tipped: MessageRecord = { ...record, outcome: refused ? 'tipped' : 'accepted', tippedBy: entity.kind };
    this.#rooms.log.settle(weighed, tipped);
    const { seq } = this.#rooms.log;
    this.#noteSent(tipped, seq);
    const active = this.#restrict(entity, weighed.verdict, record, seq);
    this.#journaled(tipped, attribution);
    if (!refused) return this.#answer(ACCEPT, record.listener);
    await active.settled;
    const decision = this.#withAppendix(rejectRestricted(entity.kind, active), active.restriction);
    return this.#answer(decision, record.listener);
  }

  /** Would a restriction of this entity stand in this recipient's way? */
  #concerns(entity: Entity, attribution: Attribution, recipient: string): boolean {
    const { organizationId } = attribution;
    if (isAlwaysAccepted(recipient, organizationId, this.#tables.acceptedBy)) return false;
    return entity.kind === 'user' || isRelaying(recipient, organizationId, this.#tables.acceptedBy);
  }

  #answer(decision: Decision, listener: ListenerName): Judged {
    this.#rooms.onDecision(decision, listener);
    return { decision, settle: () => {} };
  }

  #record(message: RelayedMessage, attribution: Attribution, outcome: Outcome, decision: Decision): MessageRecord {
    const { client, content } = message;
    const { active } = this.#rooms.restricted;
    const { connector, user, organizationId } = attribution;
    const key = messageKey(message.listener, client.mailServer, message.instance);
    return {
      kind: 'message',
      seq: 0,
      at: this.#rooms.now(),
      organizationId,
      connectorId: connector?.id,
      userId: user?.id,
      saslUsername: client.saslUsername,
      connectorEpoch: connector === undefined ? 0 : active.epochAt(connector.id, message.since),
      userEpoch: user === undefined ? 0 : active.epochAt(user.id, message.since),
      basis: describeBasis(attribution.basis),
      listener: message.listener,
      mailServer: client.mailServer,
      clientAddress: client.clientAddress,
      clientName: client.clientName ?? '',
      heloName: client.heloName ?? '',
      envelopeSender: normalizeAddress(message.envelopeSender),
      recipients: message.recipients.map(({ address, code }) => this.#recipient(address, code, organizationId, key)),
      messageBytes: message.messageBytes,
      headerFrom: content?.headerFrom ?? '',
      subject: this.#subject(content?.subject ?? '', organizationId),
      messageId: content?.messageId ?? '',
      queueId: message.queueId ?? '',
      instance: message.instance,
      spam: content?.spam,
      ...headerFactsOf(content),
      senderProvisioned: this.#isProvisioned(message.envelopeSender, organizationId),
      fromProvisioned: this.#isProvisioned(mailboxesOf(content?.headerFrom ?? '')[0]?.address ?? '', organizationId),
      sketch: content === undefined ? undefined : sketchMessage(content.subject, content.textHead),
      attempted: message.attempted,
      outcome,
      reply: decision.action === 'accept' ? '' : oneLine(decision.reply),
      feedbackFrom: this.#rooms.feedbackFrom?.(message.listener, client.mailServer),
    };
  }

  /** What the mail log says of recipients whose message passed: evidence that comes late, and may restrict their entity. Never throws. */
  tell(delivery: DeliveryDraft): void {
    try {
      // The log's clock may be another one.
      const record = { ...delivery, at: Math.min(delivery.at, this.#rooms.now()) };
      for (const { entityId, verdict } of this.#rooms.log.tell(record)) {
        const entity = this.#entityOf(entityId, record);
        if (entity === undefined) continue;
        if (verdict.action === 'restrict') this.#restrict(entity, verdict, record, record.messageSeq);
        else if (verdict.alert) this.#rooms.onReport(entity, verdict, record);
      }
    } catch (error) {
      this.#rooms.onFault(error);
    }
  }

  /** Undefined where it was deleted meanwhile. */
  #entityOf(entityId: string, { userId, saslUsername, organizationId }: DeliveryDraft): Entity | undefined {
    if (entityId !== userId || saslUsername === undefined) return this.#rooms.directory.connector(entityId);
    return { kind: 'user', id: userId, organizationId, name: saslUsername };
  }

  #recipient(address: string, code: number, organizationId: string, key: string): RecipientRecord {
    const relaying = isRelaying(address, organizationId, this.#tables.acceptedBy);
    const limited = code >= 500 && this.#rooms.limiter.wasRefused(key, address) ? true : undefined;
    return { address: normalizeAddress(address), code, relaying, limited };
  }

  /** Mail in the name of a domain that is not the organization's: Microsoft names it among the signs of a compromised connector. */
  #isProvisioned(address: string, organizationId: string): boolean | undefined {
    const domain = domainOf(address);
    return domain === '' ? undefined : this.#tables.acceptedBy(domain) === organizationId;
  }

  #subject(subject: string, organizationId: string): string {
    const privacy = this.#rooms.subjects(organizationId);
    if (privacy === 'off') return '';
    return privacy === 'full' ? subject : subject.slice(0, 20);
  }
}

/** The user comes first: the block falls on the smaller of two. */
function entitiesOf({ connector, user }: Attribution): Entity[] {
  if (user === undefined) return connector === undefined ? [] : [connector];
  return connector === undefined ? [user] : [user, connector];
}

function messageKey(listener: ListenerName, mailServer: string, instance: string): string {
  return `${listener} ${mailServer} ${instance}`;
}

/** What the client was answered in the end; '' is nobody's answer. */
function outcomeOf(reply: string): Outcome {
  const first = reply.charCodeAt(0) - 48;
  if (first === 2) return 'accepted';
  if (first === 4) return 'deferred';
  return first === 5 ? 'rejected' : 'aborted';
}

/** Left out where there is nothing to say: most messages then cost the journal nothing. */
function headerFactsOf(content: MessageContent | undefined) {
  const { replyTo, isReply, isAutomatic, linkHosts, misleadingLinks } = content ?? {};
  return {
    replyTo: replyTo?.length ? replyTo : undefined,
    isReply: isReply || undefined,
    isAutomatic: isAutomatic || undefined,
    linkHosts: linkHosts?.length ? linkHosts : undefined,
    misleadingLinks: misleadingLinks || undefined,
  };
}

function reasonOf(entity: Entity, verdict: Verdict): string {
  const speaking = verdict.families.filter((family) => family.sum >= 1).sort((a, b) => b.sum - a.sum);
  const words = speaking.map((family) => family.words).join('; ');
  return `Suspicious ${entity.kind} activity: ${words}`.slice(0, 1_000);
}

function evidenceOf(verdict: Verdict, record: Named): Evidence {
  return {
    detectorVersion: DETECTOR_VERSION,
    sum: verdict.sum,
    threshold: verdict.threshold,
    tippedBy: { messageId: record.messageId, queueId: record.queueId, at: record.at },
    families: verdict.families,
  };
}
