// The navigation, in the groups that the articles name: Email & collaboration > Review > Restricted entities.
import {
  makeStyles,
  mergeClasses,
  NavCategory,
  NavCategoryItem,
  NavDrawer,
  NavDrawerBody,
  NavItem,
  NavSectionHeader,
  NavSubItem,
  NavSubItemGroup,
  tokens,
} from '@fluentui/react-components';
import {
  AlertOnRegular,
  AlertRegular,
  BookSearchRegular,
  ClipboardSearchRegular,
  CompassNorthwestRegular,
  DocumentBulletListRegular,
  HomeRegular,
  MailRegular,
  PeopleLockRegular,
  PlugConnectedRegular,
  SettingsRegular,
  ShieldErrorRegular,
} from '@fluentui/react-icons';
import { Fragment, type MouseEvent, memo } from 'react';
import { useHref, useNavigate } from 'react-router';
import { type Strings, useStrings } from '../strings/strings.tsx';
import { HEADER_HEIGHT } from './header.tsx';

const useStyles = makeStyles({
  drawer: { width: '260px', flexShrink: 0, borderRight: `1px solid ${tokens.colorNeutralStroke2}` },
  beside: { position: 'sticky', top: HEADER_HEIGHT, height: `calc(100vh - ${HEADER_HEIGHT})` },
  body: { padding: tokens.spacingVerticalS },
});

type PageName = keyof Strings['frame']['pages'];
type GroupName = keyof Strings['frame']['groups'];

interface Entry {
  readonly path: string;
  readonly name: PageName;
  readonly icon: React.ReactElement;
}

interface Category {
  readonly category: GroupName;
  readonly icon: React.ReactElement;
  readonly entries: readonly Entry[];
}

interface Section {
  /** Absent for what stands by itself. */
  readonly header?: GroupName;
  readonly items: readonly (Entry | Category)[];
}

const SECTIONS: readonly Section[] = [
  {
    items: [
      { path: '/', name: 'home', icon: <HomeRegular /> },
      { path: '/alerts', name: 'alerts', icon: <AlertRegular /> },
    ],
  },
  {
    header: 'emailAndCollaboration',
    items: [
      { path: '/explorer', name: 'explorer', icon: <CompassNorthwestRegular /> },
      {
        category: 'review',
        icon: <ClipboardSearchRegular />,
        entries: [{ path: '/restrictedentities', name: 'restrictedEntities', icon: <ShieldErrorRegular /> }],
      },
      {
        category: 'policiesAndRules',
        icon: <DocumentBulletListRegular />,
        entries: [{ path: '/alertpolicies', name: 'alertPolicy', icon: <AlertOnRegular /> }],
      },
    ],
  },
  {
    header: 'mailFlow',
    items: [
      { path: '/connectors', name: 'connectors', icon: <PlugConnectedRegular /> },
      { path: '/messagetrace', name: 'messageTrace', icon: <MailRegular /> },
    ],
  },
  {
    header: 'system',
    items: [
      { path: '/audit', name: 'audit', icon: <BookSearchRegular /> },
      { path: '/permissions', name: 'permissions', icon: <PeopleLockRegular /> },
      { path: '/settings', name: 'settings', icon: <SettingsRegular /> },
    ],
  },
];

const ENTRIES = SECTIONS.flatMap(({ items }) => items).flatMap((item) => ('entries' in item ? item.entries : [item]));
const CATEGORIES = SECTIONS.flatMap(({ items }) => items).flatMap((item) => ('entries' in item ? [item.category] : []));

export interface NavigationProps {
  /** Of the page that is shown. */
  readonly path: string;
  readonly isOpen: boolean;
  /** Over the page, where it has no room beside it. */
  readonly isOverlay: boolean;
  readonly onClose: () => void;
}

/** Drawn anew with another page, not with each word of a search in its address: a drawer measures itself whenever it is drawn. */
export const Navigation = memo(function Navigation({ path, isOpen, isOverlay, onClose }: NavigationProps) {
  const styles = useStyles();
  const { frame } = useStrings();
  const chosen = ENTRIES.find((entry) =>
    entry.path === '/' ? path === '/' : path === entry.path || path.startsWith(`${entry.path}/`),
  );
  return (
    <NavDrawer
      // Another kind of drawer is another drawer: the old one's focus trap must go with it.
      key={isOverlay ? 'over' : 'beside'}
      open={isOpen}
      type={isOverlay ? 'overlay' : 'inline'}
      selectedValue={chosen?.path ?? ''}
      defaultOpenCategories={CATEGORIES}
      className={mergeClasses(styles.drawer, !isOverlay && styles.beside)}
      role="navigation"
      aria-label={frame.navigation}
      onOpenChange={(_, { open }) => !open && onClose()}
    >
      <NavDrawerBody className={styles.body}>
        {SECTIONS.map(({ header, items }) => (
          <Fragment key={header ?? ''}>
            {header !== undefined && <NavSectionHeader>{frame.groups[header]}</NavSectionHeader>}
            {items.map((item) =>
              'entries' in item ? <Group key={item.category} {...item} /> : <Item key={item.path} {...item} />,
            )}
          </Fragment>
        ))}
      </NavDrawerBody>
    </NavDrawer>
  );
});

function Group({ category, icon, entries }: Category) {
  const { frame } = useStrings();
  return (
    <NavCategory value={category}>
      <NavCategoryItem icon={icon}>{frame.groups[category]}</NavCategoryItem>
      <NavSubItemGroup>
        {entries.map(({ path, name }) => (
          <SubItem key={path} path={path} name={name} />
        ))}
      </NavSubItemGroup>
    </NavCategory>
  );
}

function Item({ path, name, icon }: Entry) {
  const { frame } = useStrings();
  return (
    <NavItem value={path} icon={icon} {...useLink(path)}>
      {frame.pages[name]}
    </NavItem>
  );
}

function SubItem({ path, name }: Omit<Entry, 'icon'>) {
  const { frame } = useStrings();
  return (
    <NavSubItem value={path} {...useLink(path)}>
      {frame.pages[name]}
    </NavSubItem>
  );
}

/** A real link, so that it opens in another tab as well. */
function useLink(path: string) {
  const navigate = useNavigate();
  const href = useHref(path);
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate(path);
  };
  return { href, onClick };
}
