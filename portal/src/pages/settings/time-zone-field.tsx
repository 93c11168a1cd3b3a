// One of all the time zones that the browser knows, found by typing.
import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components';
import { useState } from 'react';
import { useStrings } from '../../strings/strings.tsx';

const ZONES: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

const useStyles = makeStyles({ whole: { minWidth: 0, width: '100%' } });

export interface TimeZoneFieldProps {
  readonly value: string;
  readonly disabled?: boolean;
  readonly onChange: (timeZone: string) => void;
}

export function TimeZoneField({ value, disabled = false, onChange }: TimeZoneFieldProps) {
  const styles = useStyles();
  const { organization: strings } = useStrings().settings;
  const [typed, setTyped] = useState<string>();
  const wanted = (typed ?? '').trim().toLowerCase().replaceAll(' ', '_');
  const shown = ZONES.filter((zone) => zone.toLowerCase().includes(wanted));
  return (
    <Field label={strings.timeZone} hint={strings.timeZoneHint}>
      <Combobox
        className={styles.whole}
        disabled={disabled}
        value={typed ?? value}
        selectedOptions={[value]}
        onChange={(event) => setTyped(event.target.value)}
        onOpenChange={(_, { open }) => !open && setTyped(undefined)}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue !== undefined) onChange(optionValue);
          setTyped(undefined);
        }}
      >
        {shown.map((zone) => (
          <Option key={zone} value={zone}>
            {zone}
          </Option>
        ))}
        {shown.length === 0 && (
          <Option disabled value="" text="">
            {strings.noTimeZone}
          </Option>
        )}
      </Combobox>
    </Field>
  );
}
