// Succeeded or failed, with a sign of it.
import { makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkCircleRegular, ErrorCircleRegular } from '@fluentui/react-icons';
import { useStrings } from '../../strings/strings.tsx';
import type { AuditRecord } from './record-text.ts';

const useStyles = makeStyles({
  result: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  failed: { color: tokens.colorPaletteRedForeground1 },
});

export function Result({ result }: Pick<AuditRecord, 'result'>) {
  const styles = useStyles();
  const { audit: strings } = useStrings();
  return (
    <span className={styles.result}>
      {result === 'Failed' ? <ErrorCircleRegular className={styles.failed} /> : <CheckmarkCircleRegular />}
      {strings.results[result]}
    </span>
  );
}
