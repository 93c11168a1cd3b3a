// A part of a page with a heading of its own, on a sheet.
import { makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  section: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: tokens.spacingHorizontalL,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
    minHeight: '32px',
  },
  title: { margin: 0 },
  about: { color: tokens.colorNeutralForeground2, maxWidth: '85ch' },
});

export interface SectionProps {
  readonly title: string;
  readonly about?: string;
  /** Of its heading. */
  readonly level?: 2 | 3;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, about, level = 2, actions, children }: SectionProps) {
  const styles = useStyles();
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <Subtitle2 as={`h${level}`} className={styles.title}>
          {title}
        </Subtitle2>
        {actions}
      </div>
      {about !== undefined && <Text className={styles.about}>{about}</Text>}
      {children}
    </section>
  );
}
