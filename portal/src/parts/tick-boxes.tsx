// Several of a few values, to tick. Not in a `Field`, which would give all boxes the one id of its label.
import { Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
  boxes: { display: 'flex', flexDirection: 'column', margin: 0, padding: 0, border: 'none', minWidth: 0 },
  legend: { padding: 0 },
  hint: { color: tokens.colorNeutralForeground3 },
});

export interface TickBoxesProps<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly values: readonly Value[];
  readonly chosen: readonly Value[];
  readonly disabled?: boolean;
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Each value is its own label; what is chosen keeps the order of `values`. */
export function TickBoxes<Value extends string>({
  label,
  hint,
  values,
  chosen,
  disabled = false,
  onChange,
}: TickBoxesProps<Value>) {
  const styles = useStyles();
  const toggle = (value: Value) =>
    onChange(values.filter((each) => (each === value ? !chosen.includes(value) : chosen.includes(each))));
  return (
    <fieldset className={styles.boxes}>
      <legend className={styles.legend}>{label}</legend>
      {values.map((value) => (
        <Checkbox
          key={value}
          label={value}
          checked={chosen.includes(value)}
          disabled={disabled}
          onChange={() => toggle(value)}
        />
      ))}
      {hint !== undefined && (
        <Text size={200} className={styles.hint}>
          {hint}
        </Text>
      )}
    </fieldset>
  );
}
