// How many notifications about an entity may come in a day of the organization.
import { Field } from '@fluentui/react-components';
import { Choice } from '../../parts/choice.tsx';
import { useStrings } from '../../strings/strings.tsx';

type Limit = '0' | '1' | '2' | '3';

export function DailyLimit({ value, onChange }: { value: number; onChange: (limit: number) => void }) {
  const { alertPolicies: strings } = useStrings();
  const limits = Object.entries(strings.edit.limits) as [Limit, string][];
  return (
    <Field label={strings.dailyLimit} hint={strings.edit.limitHint}>
      <Choice
        label={strings.dailyLimit}
        value={String(value) as Limit}
        options={limits}
        onChange={(limit) => onChange(Number(limit))}
      />
    </Field>
  );
}
