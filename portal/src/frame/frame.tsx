// Header and navigation around the pages, what every page must say, and the line to the guard that keeps them fresh.
import { Link as FluentLink, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { type LiveState, listen } from '../api/live.ts';
import { useMediaQuery } from '../context/preferences.tsx';
import { useMay, useSession } from '../context/session.tsx';
import { useStrings } from '../strings/strings.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';

const useStyles = makeStyles({
  skip: {
    position: 'absolute',
    left: '-9999px',
    ':focus': {
      left: tokens.spacingHorizontalM,
      top: tokens.spacingVerticalM,
      zIndex: 1_000,
      backgroundColor: tokens.colorNeutralBackground1,
      padding: tokens.spacingHorizontalM,
    },
  },
  body: { display: 'flex', flexGrow: 1, minHeight: 0, backgroundColor: tokens.colorNeutralBackground2 },
  main: { flexGrow: 1, minWidth: 0, outlineStyle: 'none' },
  bars: { display: 'flex', flexDirection: 'column' },
});

export function Frame() {
  const styles = useStyles();
  const { frame } = useStrings();
  const isRoomy = useMediaQuery('(min-width: 1024px)');
  // Beside the page it is open until it is closed; over the page it is closed until it is opened.
  const [isBeside, setBeside] = useState(true);
  const [isOver, setOver] = useState(false);
  const [isOpen, setOpen] = isRoomy ? [isBeside, setBeside] : [isOver, setOver];
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the navigation that lies over it.
  useEffect(() => setOver(false), [pathname]);
  const close = useCallback(() => setOpen(false), [setOpen]);
  const live = useLive();
  return (
    <>
      <FluentLink className={styles.skip} href="#content">
        {frame.skipToContent}
      </FluentLink>
      <Header live={live} isNavigationOpen={isOpen} onNavigation={() => setOpen(!isOpen)} />
      <div className={styles.body}>
        <Navigation path={pathname} isOpen={isOpen} isOverlay={!isRoomy} onClose={close} />
        <main id="content" className={styles.main} tabIndex={-1}>
          <Bars live={live} />
          <Outlet />
        </main>
      </div>
      <ScrollRestoration />
    </>
  );
}

function useLive(): LiveState {
  const queries = useQueryClient();
  const may = useMay('guard.read');
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => (may ? listen(queries, setState) : undefined), [queries, may]);
  return state;
}

/** Pages that show alerts say it themselves, with the switch. */
const SAYS_AUDIT_IS_OFF = /^\/(alerts|alertpolicies|audit)$/;

/** What the guard says that everybody must hear, until somebody mends it. */
function Bars({ live }: { live: LiveState }) {
  const styles = useStyles();
  const { frame } = useStrings();
  const { pathname } = useLocation();
  const { notices } = useSession();
  const said = notices.filter(({ code }) => code !== 'audit_off' || !SAYS_AUDIT_IS_OFF.test(pathname));
  return (
    <div className={styles.bars}>
      {live === 'away' && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{frame.away}</MessageBarBody>
        </MessageBar>
      )}
      {said.map(({ code, text }) => (
        <MessageBar key={code} intent="warning" layout="multiline">
          <MessageBarBody>{text}</MessageBarBody>
        </MessageBar>
      ))}
    </div>
  );
}
