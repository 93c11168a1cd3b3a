// A link to another page of the portal.
import { Link } from '@fluentui/react-components';
import type { MouseEvent, ReactNode } from 'react';
import { useHref, useLinkClickHandler } from 'react-router';

export function LinkTo({ to, children }: { to: string; children: ReactNode }) {
  const href = useHref(to);
  const go = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Link href={href} onClick={(event: MouseEvent<HTMLAnchorElement>) => go(event)}>
      {children}
    </Link>
  );
}
