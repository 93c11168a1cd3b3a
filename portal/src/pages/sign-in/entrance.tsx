// The card in the middle of the page that the ways in share.
import { Card, makeStyles, Title3, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect } from 'react';
import { useStrings } from '../../strings/strings.tsx';

const useStyles = makeStyles({
  main: {
    flexGrow: 1,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  card: { width: 'min(100%, 400px)', padding: tokens.spacingHorizontalXXL, gap: tokens.spacingVerticalL },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  title: { margin: 0 },
});

export function EntranceCard({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  const { frame } = useStrings();
  useEffect(() => {
    document.title = `${title} - ${frame.product}`;
  }, [title, frame.product]);
  return (
    <main className={styles.main}>
      <Card className={styles.card}>
        <div className={styles.brand}>
          <img src="/icon.svg" alt="" width={32} height={32} />
          <Title3 as="h1" className={styles.title}>
            {title}
          </Title3>
        </div>
        {children}
      </Card>
    </main>
  );
}
