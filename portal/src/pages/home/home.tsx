// What a person on duty needs on one screen: who is restricted, who may be next, how mail flows, how the guard is, what happened last.
import { makeStyles, tokens } from '@fluentui/react-components';
import { Page } from '../../parts/page.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Health } from './health.tsx';
import { Incidents } from './incidents.tsx';
import { RestrictedNow } from './restricted-now.tsx';
import { Suspects } from './suspects.tsx';
import { Traffic } from './traffic.tsx';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
    gap: tokens.spacingVerticalM,
    '@media (max-width: 1200px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
    '@media (max-width: 760px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  wide: { gridColumn: 'span 2', '@media (max-width: 760px)': { gridColumn: 'auto' } },
});

export default function Home() {
  const styles = useStyles();
  const { frame } = useStrings();
  return (
    <Page title={frame.pages.home}>
      <div className={styles.grid}>
        <RestrictedNow />
        <Suspects />
        <Health />
        <Traffic className={styles.wide} />
        <Incidents />
      </div>
    </Page>
  );
}
