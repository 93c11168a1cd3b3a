// What to do before somebody unblocks, to be ticked off. What is ticked is for the reader alone: nothing is stored.
import { Button, Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';

type Recommendation = Schemas['Recommendation'];

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none' },
  step: {
    display: 'flex',
    flexDirection: 'column',
    padding: `${tokens.spacingVerticalXS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  text: { paddingInlineStart: '36px', color: tokens.colorNeutralForeground2 },
  command: {
    display: 'flex',
    alignItems: 'start',
    gap: tokens.spacingHorizontalXS,
    margin: `${tokens.spacingVerticalXS} 0 ${tokens.spacingVerticalXS} 36px`,
    paddingInlineStart: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  code: {
    flexGrow: 1,
    minWidth: 0,
    margin: 0,
    padding: `${tokens.spacingVerticalXS} 0`,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  hint: { color: tokens.colorNeutralForeground2 },
});

export interface RecommendationsProps {
  readonly title?: string;
  readonly recommendations: readonly Recommendation[];
}

export function Recommendations({ title, recommendations }: RecommendationsProps) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const toggle = (step: string) => {
    const after = new Set(done);
    if (!after.delete(step)) after.add(step);
    setDone(after);
  };
  return (
    <FlyoutSection title={title ?? strings.recommendations}>
      <Text className={styles.hint}>
        {strings.recommendationsText} {strings.recommendationsDone(done.size, recommendations.length)}
      </Text>
      <ul className={styles.list}>
        {recommendations.map(({ title: step, text, command }) => (
          <li key={step} className={styles.step}>
            <Checkbox
              label={<Text weight="semibold">{step}</Text>}
              checked={done.has(step)}
              onChange={() => toggle(step)}
            />
            <Text size={200} className={styles.text}>
              {text}
            </Text>
            {command !== undefined && <Command command={command} />}
          </li>
        ))}
      </ul>
    </FlyoutSection>
  );
}

function Command({ command }: { command: string }) {
  const styles = useStyles();
  const { parts } = useStrings();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <div className={styles.command}>
      <pre className={styles.code}>{command}</pre>
      <Button
        appearance="subtle"
        size="small"
        icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
        aria-label={`${isCopied ? parts.copied : parts.copy}: ${command}`}
        onClick={() => void copy()}
      />
    </div>
  );
}
