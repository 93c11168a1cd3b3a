// A link to another page of the portal: a real one, which opens in another tab as well, in the kit's looks.
import { Button, type ButtonProps, Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useHref, useLinkClickHandler } from 'react-router';

export function RouteLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link href={useHref(to)} onClick={useLinkClickHandler(to)} inline>
      {children}
    </Link>
  );
}

export interface RouteButtonProps extends Pick<ButtonProps, 'appearance' | 'icon' | 'size'> {
  readonly to: string;
  readonly children: ReactNode;
}

export function RouteButton({ to, children, ...looks }: RouteButtonProps) {
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Button {...looks} as="a" href={useHref(to)} onClick={follow as never}>
      {children}
    </Button>
  );
}
