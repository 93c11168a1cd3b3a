// The label of a choice, with a line about what it means.
import { makeStyles, Text, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
  hinted: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
});

export function Hinted({ text, hint }: { text: string; hint: string }) {
  const styles = useStyles();
  return (
    <span className={styles.hinted}>
      {text}
      <Text size={200} className={styles.hint}>
        {hint}
      </Text>
    </span>
  );
}
