// The bar at the top: which product, which organization, whether it is live, and one's own menu. What not everybody opens is loaded
// when it is needed.
import { Button, makeStyles, Text, Tooltip, tokens } from '@fluentui/react-components';
import { NavigationRegular, PlugDisconnectedRegular, PulseRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import type { LiveState } from '../api/live.ts';
import { useOrganization } from '../context/organization.tsx';
import { useSession } from '../context/session.tsx';
import { useStrings } from '../strings/strings.tsx';
import { AccountButton } from './account-button.tsx';

const OrganizationChooser = lazy(() => import('./organization-chooser.tsx'));
const AccountMenu = lazy(() => import('./account-menu.tsx'));

/** It stays in sight, and the navigation below it. */
export const HEADER_HEIGHT = '48px';

const useStyles = makeStyles({
  header: {
    position: 'sticky',
    top: 0,
    zIndex: 3,
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    height: HEADER_HEIGHT,
    padding: `0 ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackground,
  },
  onBrand: { color: 'inherit', ':hover': { color: 'inherit', backgroundColor: tokens.colorBrandBackgroundHover } },
  product: {
    color: 'inherit',
    textDecorationLine: 'none',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
  },
  organization: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  space: { flexGrow: 1 },
  live: { display: 'inline-flex', fontSize: '20px' },
});

export interface HeaderProps {
  readonly live: LiveState;
  readonly isNavigationOpen: boolean;
  readonly onNavigation: () => void;
}

export function Header({ live, isNavigationOpen, onNavigation }: HeaderProps) {
  const styles = useStyles();
  const { frame } = useStrings();
  return (
    <header className={styles.header}>
      <Button
        appearance="transparent"
        className={styles.onBrand}
        icon={<NavigationRegular />}
        aria-expanded={isNavigationOpen}
        aria-label={isNavigationOpen ? frame.closeNavigation : frame.openNavigation}
        onClick={onNavigation}
      />
      <Link to="/" className={styles.product}>
        {frame.product}
      </Link>
      <OrganizationName />
      <span className={styles.space} />
      <Live live={live} />
      <Account />
    </header>
  );
}

function OrganizationName() {
  const styles = useStyles();
  const own = useSession().organization;
  const { organization, organizations } = useOrganization();
  if (own !== undefined || organizations.length < 2) {
    return <Text className={styles.organization}>{organization?.name ?? own?.name}</Text>;
  }
  return (
    <Suspense>
      <OrganizationChooser />
    </Suspense>
  );
}

function Live({ live }: { live: LiveState }) {
  const styles = useStyles();
  const { frame } = useStrings();
  if (live === 'connecting') return null;
  const text = live === 'live' ? frame.live : frame.away;
  return (
    <Tooltip content={text} relationship="label">
      <span className={styles.live} role="img">
        {live === 'live' ? <PulseRegular /> : <PlugDisconnectedRegular />}
      </span>
    </Tooltip>
  );
}

/** The menu's code is loaded when it is first opened. */
function Account() {
  const { name } = useSession();
  const [isWanted, setWanted] = useState(false);
  const button = <AccountButton name={name} aria-haspopup="menu" onClick={() => setWanted(true)} />;
  return isWanted ? <Suspense fallback={button}>{<AccountMenu />}</Suspense> : button;
}
