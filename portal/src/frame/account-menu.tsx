// One's own menu: who one is, how the portal looks, and the way out.
import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { SignOutRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client.ts';
import { type Preferences, usePreferences } from '../context/preferences.tsx';
import { useSession } from '../context/session.tsx';
import { LANGUAGES, type Language, useStrings } from '../strings/strings.tsx';
import { AccountButton } from './account-button.tsx';

/** Open when it appears: somebody asked for it. */
export default function AccountMenu() {
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
      defaultOpen
      checkedValues={{ theme: [preferences.theme], language: [preferences.language] }}
      onCheckedValueChange={(_, { name: what, checkedItems: [value] }) =>
        what === 'theme' ? choose({ theme: value as Preferences['theme'] }) : choose({ language: value as Language })
      }
    >
      <MenuTrigger disableButtonEnhancement>
        <AccountButton name={name} />
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
