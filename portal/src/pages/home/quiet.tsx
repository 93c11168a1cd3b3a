// Nothing to do: said in a few words, and no larger than that.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons';

const useStyles = makeStyles({
  quiet: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
  },
  icon: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  words: { display: 'flex', flexDirection: 'column' },
  text: { color: tokens.colorNeutralForeground3 },
});

export function Quiet({ title, text }: { title: string; text: string }) {
  const styles = useStyles();
  return (
    <div className={styles.quiet} role="status">
      <ShieldCheckmarkRegular fontSize={32} className={styles.icon} />
      <div className={styles.words}>
        <Text weight="semibold">{title}</Text>
        <Text size={200} className={styles.text}>
          {text}
        </Text>
      </div>
    </div>
  );
}
