// How to unblock: why, whether with a time of grace, and whether what was sent is to be learnt as normal.
import { Checkbox, Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { UnblockOrder } from './restricted-entity.ts';

export interface OrderFormProps {
  readonly order: UnblockOrder;
  readonly disabled: boolean;
  readonly onChange: (order: UnblockOrder) => void;
}

/** As the guard has it. */
const LONGEST_REASON = 1_000;
const GRACES = [0, 1, 4, 24] as const;

export function OrderForm({ order, disabled, onChange }: OrderFormProps) {
  const { restrictedEntities: strings } = useStrings();
  return (
    <FlyoutSection title={strings.how}>
      <Field label={strings.reason} hint={strings.reasonHint}>
        <Textarea
          value={order.reason}
          maxLength={LONGEST_REASON}
          disabled={disabled}
          onChange={(_, { value }) => onChange({ ...order, reason: value })}
        />
      </Field>
      <Field label={strings.grace} hint={strings.graceTexts[order.graceHours]}>
        <RadioGroup
          layout="horizontal"
          value={String(order.graceHours)}
          disabled={disabled}
          onChange={(_, { value }) =>
            onChange({ ...order, graceHours: GRACES.find((hours) => String(hours) === value) ?? 0 })
          }
        >
          {GRACES.map((hours) => (
            <Radio key={hours} value={String(hours)} label={strings.graces[hours]} />
          ))}
        </RadioGroup>
      </Field>
      <Field hint={strings.learnText}>
        <Checkbox
          label={strings.learn}
          checked={order.learn}
          disabled={disabled}
          onChange={(_, { checked }) => onChange({ ...order, learn: checked === true })}
        />
      </Field>
    </FlyoutSection>
  );
}
