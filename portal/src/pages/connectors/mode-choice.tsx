// What happens when a connector's sum reaches the threshold.
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';
import { Hinted } from './hinted.tsx';

export type Mode = Connector['mode'];
const MODES: readonly Mode[] = ['enforce', 'observe', 'exempt'];

export function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const { connectors: strings } = useStrings();
  return (
    <Field label={strings.mode}>
      <RadioGroup value={mode} onChange={(_, { value }) => onChange(value as Mode)}>
        {MODES.map((each) => (
          <Radio key={each} value={each} label={<Hinted text={strings.modes[each]} hint={strings.modeHints[each]} />} />
        ))}
      </RadioGroup>
    </Field>
  );
}
