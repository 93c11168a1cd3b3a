// A moment of a search, on the clocks of the organization's time zone.
import { Field, Input, makeStyles } from '@fluentui/react-components';
import { useFormat } from '../context/format.tsx';
import { useStrings } from '../strings/strings.tsx';
import { fromZoned, toZoned } from './zoned-time.ts';

const useStyles = makeStyles({ wide: { minWidth: 0, width: '100%' } });

export interface TimeFieldProps {
  readonly label: string;
  /** ISO 8601, UTC; what is no time stands there as none: addresses are typed by hand, too. */
  readonly value: string;
  /** '' for what is no time. */
  readonly onChange: (value: string) => void;
}

export function TimeField({ label, value, onChange }: TimeFieldProps) {
  const styles = useStyles();
  const { parts } = useStrings();
  const { timeZone } = useFormat();
  const at = Date.parse(value);
  const choose = (text: string) => {
    const chosen = fromZoned(text, timeZone);
    onChange(Number.isNaN(chosen) ? '' : new Date(chosen).toISOString());
  };
  return (
    <Field label={label} hint={parts.inTimeZone(timeZone)}>
      <Input
        className={styles.wide}
        type="datetime-local"
        value={Number.isNaN(at) ? '' : toZoned(at, timeZone)}
        onChange={(_, data) => choose(data.value)}
      />
    </Field>
  );
}
