// Which messages are asked for, as it stands in the address.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Schemas } from '../../api/client.ts';

export type Message = Schemas['Message'];
export type Outcome = Message['outcome'];
export type FateStatus = Schemas['RecipientFate']['status'];

/** In the order in which they are told, from what passed to what came to nothing. */
export const OUTCOMES: readonly Outcome[] = [
  'accepted',
  'tipped',
  'restricted',
  'denied',
  'held',
  'deferred',
  'rejected',
  'aborted',
  'repeated',
];
export const FATES: readonly FateStatus[] = ['delivered', 'queued', 'deferred', 'bounced', 'refused', 'unknown'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SPANS = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const;
export const RANGES = ['1h', '24h', '7d', '30d', 'custom'] as const;
export type Range = (typeof RANGES)[number];

/** Texts are '' where nothing is asked for. */
export interface MessageFilter {
  readonly range: Range;
  /** ISO 8601; of the range `custom`. */
  readonly from: string;
  readonly until: string;
  /** Id of a connector or user. */
  readonly entity: string;
  readonly sender: string;
  readonly recipient: string;
  readonly outcomes: readonly Outcome[];
  readonly fates: readonly FateStatus[];
  readonly messageId: string;
  readonly clientAddress: string;
}

export const NO_FILTER: MessageFilter = {
  range: '24h',
  from: '',
  until: '',
  entity: '',
  sender: '',
  recipient: '',
  outcomes: [],
  fates: [],
  messageId: '',
  clientAddress: '',
};

const PARAMETERS = [
  'range',
  'from',
  'until',
  'entity',
  'sender',
  'recipient',
  'status',
  'fate',
  'messageId',
  'clientAddress',
] as const;

/** Another filter is another step of the browser's history; the message that is open is closed by it. */
export function useMessageFilter(): readonly [MessageFilter, (filter: MessageFilter) => void] {
  const [params, setParams] = useSearchParams();
  const own = writeFilter(readFilter(params)).toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(own)), [own]);
  const set = useCallback(
    (wanted: MessageFilter) =>
      setParams((before) => {
        const after = writeFilter(wanted);
        for (const [name, value] of before) {
          const isOurs = (PARAMETERS as readonly string[]).includes(name) || name === 'message';
          if (!isOurs) after.append(name, value);
        }
        return after;
      }),
    [setParams],
  );
  return [filter, set];
}

/** What is no value of a parameter is left out: addresses are typed by hand, too. */
export function readFilter(params: URLSearchParams): MessageFilter {
  const text = (name: (typeof PARAMETERS)[number]) => params.get(name)?.trim() ?? '';
  const time = (name: 'from' | 'until') => (Number.isNaN(Date.parse(text(name))) ? '' : text(name));
  const some = <Value extends string>(name: 'status' | 'fate', known: readonly Value[]) => {
    const given = params.getAll(name);
    return known.filter((value) => given.includes(value));
  };
  const [from, until] = [time('from'), time('until')];
  const isCustom = from !== '' || until !== '';
  return {
    range: isCustom ? 'custom' : (RANGES.find((range) => range === text('range')) ?? NO_FILTER.range),
    from,
    until,
    entity: text('entity'),
    sender: text('sender'),
    recipient: text('recipient'),
    outcomes: some('status', OUTCOMES),
    fates: some('fate', FATES),
    messageId: text('messageId'),
    clientAddress: text('clientAddress'),
  };
}

export function writeFilter(filter: MessageFilter): URLSearchParams {
  const { range, from, until, outcomes, fates, ...texts } = filter;
  const params = new URLSearchParams();
  if (range === 'custom') {
    if (from !== '') params.set('from', from);
    if (until !== '') params.set('until', until);
  } else if (range !== NO_FILTER.range) params.set('range', range);
  for (const [name, value] of Object.entries(texts)) if (value !== '') params.set(name, value);
  for (const outcome of outcomes) params.append('status', outcome);
  for (const fate of fates) params.append('fate', fate);
  return params;
}

export interface TimeWindow {
  /** Milliseconds since 1970; undefined: as far back as there is anything, until now. */
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** A range that ends now begins and ends on whole parts of a chart, so that asking again soon asks for the same. */
export function windowOf({ range, from, until }: MessageFilter, now: number): TimeWindow {
  if (range === 'custom') {
    return { from: from === '' ? undefined : Date.parse(from), until: until === '' ? undefined : Date.parse(until) };
  }
  const span = SPANS[range];
  const step = stepOf(span);
  return { from: Math.floor((now - span) / step) * step, until: Math.ceil(now / step) * step };
}

const STEPS_MS = [1_000, 5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS]
  .concat([1, 3, 6, 12].map((hours) => hours * HOUR_MS))
  .concat([1, 7, 30].map((days) => days * DAY_MS));
const MOST_STEPS = 60;

/** How long a part of a chart over so long a time is, in milliseconds: as people count time, and not too many of them. */
export function stepOf(span: number): number {
  return STEPS_MS.find((step) => span / step <= MOST_STEPS) ?? STEPS_MS.at(-1)!;
}
