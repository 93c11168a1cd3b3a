// Settings: one section at a time, with its own address.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ComponentType } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
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
  list: { listStyleType: 'none', margin: 0, padding: 0, minWidth: '180px' },
  link: {
    display: 'block',
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  chosen: {
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
    backgroundColor: tokens.colorSubtleBackgroundSelected,
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
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
          <SideList chosen={chosen} />
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

function SideList({ chosen }: { chosen: SectionName }) {
  const styles = useStyles();
  const { settings: strings } = useStrings();
  return (
    <nav aria-label={strings.section}>
      <ul className={styles.list}>
        {NAMES.map((name) => (
          <li key={name}>
            <Link
              to={`/settings/${name}`}
              className={mergeClasses(styles.link, name === chosen && styles.chosen)}
              aria-current={name === chosen ? 'page' : undefined}
            >
              {strings.sections[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
