// One of a few values, as a filter above a list or as a field of a form.
import { Dropdown, makeStyles, Option } from '@fluentui/react-components';

const useStyles = makeStyles({ filter: { minWidth: '130px' } });

export interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
}: ChoiceProps<Value>) {
  const styles = useStyles();
  return (
    <Dropdown
      className={styles.filter}
      aria-label={label}
      disabled={disabled}
      value={options.find(([each]) => each === value)?.[1] ?? value}
      selectedOptions={[value]}
      onOptionSelect={(_, { optionValue }) => optionValue !== undefined && onChange(optionValue as Value)}
    >
      {options.map(([each, text]) => (
        <Option key={each} value={each}>
          {text}
        </Option>
      ))}
    </Dropdown>
  );
}
