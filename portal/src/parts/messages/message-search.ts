// A search of the message trace. Each one is recorded in the audit log, so that nothing is asked again unless somebody wants it.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import {
  type Message,
  type MessageFilter,
  NO_FILTER,
  type TimeWindow,
  useMessageFilter,
  windowOf,
  writeFilter,
} from './message-filter.ts';

/** As the API is asked; for the volume of the same messages, too. */
export type MessageQuestion = ReturnType<typeof questionOf>;

export interface MessageSearch {
  readonly filter: MessageFilter;
  readonly window: TimeWindow;
  readonly question: MessageQuestion;
  readonly query: ReturnType<typeof useMessagePages>;
  /** All that were loaded, newest first. */
  readonly messages: readonly Message[];
  readonly subjectsHidden: boolean;
  /** What makes a question about the volume part of this search. */
  readonly token: string | undefined;
  /** Asks for something else, which then stands in the address; for the same: anew, until now. */
  ask(filter?: MessageFilter): void;
}

export interface SearchOptions {
  /** So many are loaded at once. */
  readonly limit: number;
  /** Also by Message-ID, and by what became of it. */
  readonly isWhole: boolean;
}

const NONE: readonly Message[] = [];

export function useMessageSearch({ limit, isWhole }: SearchOptions): MessageSearch {
  const { organizationId } = useOrganization();
  const [inAddress, setFilter] = useMessageFilter();
  const filter = useMemo(
    () => (isWhole ? inAddress : { ...inAddress, fates: NO_FILTER.fates, messageId: NO_FILTER.messageId }),
    [inAddress, isWhole],
  );
  const [times, setTimes] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once more, it ends at another now.
  const window = useMemo(() => windowOf(filter, Date.now()), [filter, times]);
  const question = useMemo(() => questionOf(filter, window, organizationId), [filter, window, organizationId]);
  const query = useMessagePages(question, limit);
  const pages = query.data?.pages;
  const messages = useMemo(() => pages?.flatMap(({ items }) => items) ?? NONE, [pages]);
  return {
    filter,
    window,
    question,
    query,
    messages,
    subjectsHidden: pages?.some(({ subjectsHidden }) => subjectsHidden) === true,
    token: query.isPlaceholderData ? undefined : pages?.[0]?.search,
    ask: (wanted = filter) => {
      if (!isSame(wanted, filter)) return setFilter(wanted);
      const { from, until } = windowOf(filter, Date.now());
      // A question with the same times would be answered from memory.
      if (from === window.from && until === window.until) void query.refetch();
      else setTimes(times + 1);
    },
  };
}

const isSame = (one: MessageFilter, other: MessageFilter): boolean =>
  writeFilter(one).toString() === writeFilter(other).toString();

function useMessagePages(question: MessageQuestion, limit: number) {
  return useInfiniteQuery({
    queryKey: ['messages', 'list', question, limit],
    queryFn: ({ pageParam: cursor }) =>
      answer(api.GET('/api/v1/messages', { params: { query: { ...question, cursor, limit } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

function questionOf(filter: MessageFilter, { from, until }: TimeWindow, organizationId: string | undefined) {
  const { entity, sender, recipient, outcomes, fates, messageId, clientAddress } = filter;
  return {
    organizationId,
    entityId: entity || undefined,
    sender: sender || undefined,
    recipient: recipient || undefined,
    outcome: outcomes.length === 0 ? undefined : [...outcomes],
    fate: fates.length === 0 ? undefined : [...fates],
    messageId: messageId || undefined,
    clientAddress: clientAddress || undefined,
    from: from === undefined ? undefined : new Date(from).toISOString(),
    until: until === undefined ? undefined : new Date(until).toISOString(),
  };
}
