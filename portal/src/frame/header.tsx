// The bar at the top: which product, which organization, whether it is live, and one's own menu.
import {
  Avatar,
  Button,
  Dropdown,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Option,
  Text,
  Tooltip,
  tokens,
} from '@fluentui/react-components';
import { NavigationRegular, PlugDisconnectedRegular, PulseRegular, SignOutRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { answer, api } from '../api/client.ts';
import type { LiveState } from '../api/live.ts';
import { useOrganization } from '../context/organization.tsx';
import { type Preferences, usePreferences } from '../context/preferences.tsx';
import { useSession } from '../context/session.tsx';
import { LANGUAGES, type Language, useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({
  header: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '48px',
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
  organizations: { minWidth: '120px' },
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
      <AccountMenu />
    </header>
  );
}

function OrganizationName() {
  const styles = useStyles();
  const { frame } = useStrings();
  const own = useSession().organization;
  const { organization, organizations, choose } = useOrganization();
  if (own !== undefined || organizations.length < 2) {
    return <Text className={styles.organization}>{organization?.name ?? own?.name}</Text>;
  }
  return (
    <Dropdown
      className={styles.organizations}
      size="small"
      aria-label={frame.organization}
      value={organization?.name ?? frame.allOrganizations}
      selectedOptions={[organization?.id ?? '']}
      onOptionSelect={(_, { optionValue }) => choose(optionValue === '' ? undefined : optionValue)}
    >
      <Option value="">{frame.allOrganizations}</Option>
      {organizations.map(({ id, name }) => (
        <Option key={id} value={id}>
          {name}
        </Option>
      ))}
    </Dropdown>
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

function AccountMenu() {
  const styles = useStyles();
  const { frame } = useStrings();
  const { name, roles } = useSession();
  const { preferences, choose } = usePreferences();
  const queries = useQueryClient();
  const signOut = async () => {
    await answer(api.DELETE('/api/v1/session'));
    queries.setQueryData(['session'], null);
    // The next one who signs in here sees nothing of what this one saw.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  return (
    <Menu
      checkedValues={{ theme: [preferences.theme], language: [preferences.language] }}
      onCheckedValueChange={(_, { name: what, checkedItems: [value] }) =>
        what === 'theme' ? choose({ theme: value as Preferences['theme'] }) : choose({ language: value as Language })
      }
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.onBrand}
          aria-label={frame.account(name)}
          icon={<Avatar name={name} size={28} aria-hidden />}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{frame.signedInAs(name, roles.join(', ') || frame.noRoles)}</MenuGroupHeader>
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{frame.theme}</MenuGroupHeader>
            {(['system', 'light', 'dark'] as const).map((theme) => (
              <MenuItemRadio key={theme} name="theme" value={theme}>
                {frame.themes[theme]}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{frame.language}</MenuGroupHeader>
            {Object.entries(LANGUAGES).map(([language, text]) => (
              <MenuItemRadio key={language} name="language" value={language} lang={language}>
                {text}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem icon={<SignOutRegular />} onClick={() => void signOut()}>
            {frame.signOut}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
