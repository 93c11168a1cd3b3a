// One line for who may look, but not unblock.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { useMay } from '../../context/session.tsx';
import { useStrings } from '../../strings/strings.tsx';

const useStyles = makeStyles({
  line: {
    margin: 0,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    color: tokens.colorNeutralForeground2,
  },
  icon: { flexShrink: 0 },
});

/** Nothing for who may do both. */
export function WhyNot() {
  const styles = useStyles();
  const { parts, restrictedEntities: strings } = useStrings();
  const maySee = useMay('restricted-entities.read');
  const mayUnblock = useMay('restricted-entities.write');
  if (mayUnblock || !maySee) return null;
  return (
    <Text as="p" size={200} className={styles.line}>
      <LockClosedRegular className={styles.icon} fontSize={16} />
      {strings.mayLookOnly} {parts.needsRight(strings.right)}
    </Text>
  );
}
