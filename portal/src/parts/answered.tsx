// What stands where an answer of the guard will stand: it comes, it failed, he may not see it, or there is nothing.
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Text,
  tokens,
} from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toProblem } from '../api/problem.ts';
import { useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({
  skeleton: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  empty: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
    textAlign: 'center',
    color: tokens.colorNeutralForeground2,
  },
});

export interface AnsweredProps<T> {
  readonly query: UseQueryResult<T>;
  /** So many lines are drawn while it is awaited. */
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** Data that was there before stays while it is asked for again; a failure then stands above it. */
export function Answered<T>({ query, lines = 6, children }: AnsweredProps<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <ProblemBar error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
}

export function Waiting({ lines = 6 }: { lines?: number }) {
  const styles = useStyles();
  const { parts } = useStrings();
  return (
    <Skeleton aria-label={parts.loading} className={styles.skeleton}>
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((key) => (
        <SkeletonItem key={key} size={24} />
      ))}
    </Skeleton>
  );
}

export interface ProblemBarProps {
  readonly error: unknown;
  /** What failed; absent: it could not be shown. */
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** Refused or failed: the guard's words, what to do, and its code. A missing right is no failure and reads like that. */
export function ProblemBar({ error, title, onRetry }: ProblemBarProps) {
  const { parts } = useStrings();
  const problem = toProblem(error);
  const isForbidden = problem.status === 403;
  return (
    <MessageBar
      intent={isForbidden ? 'info' : 'error'}
      layout="multiline"
      icon={isForbidden ? <LockClosedRegular /> : undefined}
    >
      <MessageBarBody>
        <MessageBarTitle>{title ?? (isForbidden ? parts.notAllowed : parts.failed)}</MessageBarTitle>
        {problem.detail} {problem.advice} <code>{problem.code}</code>
      </MessageBarBody>
      {onRetry !== undefined && !isForbidden && (
        <MessageBarActions>
          <Button onClick={onRetry}>{parts.tryAgain}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

/** Said, not hidden: what a reader may not see, and who may. */
export function NotShown({ what, right }: { what: string; right: string }) {
  const { parts } = useStrings();
  return (
    <MessageBar intent="info" icon={<LockClosedRegular />} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{what}</MessageBarTitle>
        {parts.needsRight(right)}
      </MessageBarBody>
    </MessageBar>
  );
}

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.empty} role="status">
      {icon}
      <Text weight="semibold" size={400}>
        {title}
      </Text>
      {children}
    </div>
  );
}
