// What must hold of an activity: property, operator and value of each condition.
import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import type { Schemas } from '../../api/client.ts';
import { Choice } from '../../parts/choice.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';

export type Condition = Schemas['AlertConditionInput'];

const MOST_CONDITIONS = 20;

const useStyles = makeStyles({
  condition: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.4fr) minmax(0, 1fr) minmax(0, 1.4fr) max-content',
    gap: tokens.spacingHorizontalS,
    alignItems: 'end',
    '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr) max-content' },
  },
  note: { color: tokens.colorNeutralForeground3 },
  fill: { minWidth: 0, '& > *': { minWidth: 0, width: '100%' } },
});

export interface ConditionsProps {
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}

export function Conditions({ conditions, onChange }: ConditionsProps) {
  const styles = useStyles();
  const { alertPolicies: strings } = useStrings();
  const { make } = strings;
  const set = (place: number, some: Partial<Condition>) =>
    onChange(conditions.map((each, index) => (index === place ? { ...each, ...some } : each)));
  return (
    <FlyoutSection
      title={strings.conditions}
      actions={
        <Button
          size="small"
          icon={<AddRegular />}
          disabled={conditions.length >= MOST_CONDITIONS}
          onClick={() => onChange([...conditions, { property: 'EntityName', operator: 'eq', value: '' }])}
        >
          {make.addCondition}
        </Button>
      }
    >
      <Text size={200} className={styles.note}>
        {conditions.length === 0 ? strings.noConditions : make.allMustHold}
      </Text>
      {conditions.map(({ property, operator, value }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have nothing but their place.
        <div key={place} className={styles.condition}>
          <Field label={make.property} className={styles.fill}>
            <Choice
              label={make.property}
              value={property}
              options={Object.entries(make.properties) as [Condition['property'], string][]}
              onChange={(chosen) => set(place, { property: chosen })}
            />
          </Field>
          <Field label={make.operator} className={styles.fill}>
            <Choice
              label={make.operator}
              value={operator}
              options={Object.entries(make.operators) as [Condition['operator'], string][]}
              onChange={(chosen) => set(place, { operator: chosen })}
            />
          </Field>
          <Field label={make.value} className={styles.fill}>
            <Input value={value} maxLength={255} onChange={(_, data) => set(place, { value: data.value })} />
          </Field>
          <Button
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={make.removeCondition(place + 1)}
            onClick={() => onChange(conditions.filter((_, index) => index !== place))}
          />
        </div>
      ))}
    </FlyoutSection>
  );
}
