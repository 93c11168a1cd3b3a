// Settings: one section at a time, with its own address.
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import type { ComponentType } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useMediaQuery } from '../../context/preferences.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Page } from '../../parts/page.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { AcceptedDomains } from './accepted-domains.tsx';
import { ApiTokens } from './api-tokens.tsx';
import { IdentityPool } from './identity-pool.tsx';
import { Notifications } from './notifications.tsx';
import { OrganizationSettings } from './organization-settings.tsx';
import { Organizations } from './organizations.tsx';
import { Privacy } from './privacy.tsx';
import { Sessions } from './sessions.tsx';
import { SignInSettings } from './sign-in-settings.tsx';

type SectionName = keyof Strings['settings']['sections'];

const SECTIONS: Readonly<Record<SectionName, ComponentType>> = {
  organization: OrganizationSettings,
  'accepted-domains': AcceptedDomains,
  'identity-pool': IdentityPool,
  organizations: Organizations,
  'sign-in': SignInSettings,
  sessions: Sessions,
  'api-tokens': ApiTokens,
  notifications: Notifications,
  privacy: Privacy,
};
const NAMES = Object.keys(SECTIONS) as SectionName[];

const useStyles = makeStyles({
  beside: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalXXL,
  },
  below: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
});

export default function Settings() {
  const styles = useStyles();
  const { frame, settings: strings } = useStrings();
  const { section } = useParams();
  const navigate = useNavigate();
  const isRoomy = useMediaQuery('(min-width: 900px)');
  const chosen = NAMES.find((name) => name === section) ?? 'organization';
  const Section = SECTIONS[chosen];
  const choose = (name: SectionName) => void navigate(`/settings/${name}`);
  return (
    <Page
      title={strings.sections[chosen]}
      crumbs={[{ label: frame.groups.system }, { label: frame.pages.settings, to: '/settings' }]}
    >
      <div className={isRoomy ? styles.beside : styles.below}>
        {isRoomy ? (
          <TabList
            vertical
            aria-label={strings.section}
            selectedValue={chosen}
            onTabSelect={(_, { value }) => choose(value as SectionName)}
          >
            {NAMES.map((name) => (
              <Tab key={name} value={name}>
                {strings.sections[name]}
              </Tab>
            ))}
          </TabList>
        ) : (
          <Choice
            label={strings.section}
            value={chosen}
            options={NAMES.map((name) => [name, strings.sections[name]] as const)}
            onChange={choose}
          />
        )}
        <div className={styles.content}>
          <Section />
        </div>
      </div>
    </Page>
  );
}
