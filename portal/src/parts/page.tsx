// The frame of a page's content: where it stands, its title, what it is about, and what can be done.
import {
  Breadcrumb,
  BreadcrumbDivider,
  BreadcrumbItem,
  makeStyles,
  Text,
  Title2,
  tokens,
} from '@fluentui/react-components';
import { Fragment, type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

const useStyles = makeStyles({
  page: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalM} clamp(12px, 2.5vw, 40px) ${tokens.spacingVerticalXXL}`,
    maxWidth: '2560px',
    minWidth: 0,
  },
  crumbs: { flexWrap: 'wrap', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  crumb: {
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'underline' },
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    alignItems: 'center',
    justifyContent: 'space-between',
  },
  title: { margin: 0, overflowWrap: 'anywhere' },
  description: { margin: 0, maxWidth: '85ch', color: tokens.colorNeutralForeground2 },
});

export interface Crumb {
  readonly label: string;
  /** Absent: a group of the navigation, which is no page. */
  readonly to?: string;
}

export interface PageProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, crumbs = [], description, actions, children }: PageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} - Cordon`;
  }, [title]);
  return (
    <div className={styles.page}>
      {crumbs.length > 0 && (
        <Breadcrumb size="small" className={styles.crumbs} aria-label={title}>
          {crumbs.map((crumb, index) => (
            <Fragment key={crumb.label}>
              {index > 0 && <BreadcrumbDivider />}
              <BreadcrumbItem>
                {crumb.to === undefined ? (
                  crumb.label
                ) : (
                  <Link className={styles.crumb} to={crumb.to}>
                    {crumb.label}
                  </Link>
                )}
              </BreadcrumbItem>
            </Fragment>
          ))}
        </Breadcrumb>
      )}
      <div className={styles.head}>
        <Title2 as="h1" className={styles.title}>
          {title}
        </Title2>
        {actions}
      </div>
      {description !== undefined && (
        <Text as="p" block className={styles.description}>
          {description}
        </Text>
      )}
      {children}
    </div>
  );
}
