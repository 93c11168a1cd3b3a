// One connector or user, found by typing a part of the name.
import { Combobox, makeStyles, Option, OptionGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { useStrings } from '../../strings/strings.tsx';
import { type EntityName, useEntityNames } from './entity-names.ts';

const useStyles = makeStyles({ box: { minWidth: 0, width: '100%' } });

const MOST_SHOWN = 100;
const KINDS = ['connector', 'user'] as const;

export interface EntityBoxProps {
  /** Its id, '' for all. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export function EntityBox({ value, onChange }: EntityBoxProps) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const names = useEntityNames();
  const [typed, setTyped] = useState<string>();
  const chosen = names.find(({ id }) => id === value);
  const wanted = typed?.trim().toLowerCase() ?? '';
  const shown = names.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, MOST_SHOWN);
  /** A whole name counts as chosen, and an empty box as none. */
  const settle = () => {
    if (typed === undefined) return;
    const named = names.find(({ name }) => name.toLowerCase() === wanted);
    if (named !== undefined || wanted === '') onChange(named?.id ?? '');
    setTyped(undefined);
  };
  return (
    <Combobox
      className={styles.box}
      clearable
      placeholder={strings.anyEntity}
      value={typed ?? chosen?.name ?? value}
      selectedOptions={value === '' ? [] : [value]}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={settle}
      onOptionSelect={(_, { optionValue = '' }) => {
        onChange(optionValue);
        setTyped(undefined);
      }}
    >
      {KINDS.map((kind) => (
        <Names key={kind} label={strings.entityKinds[kind]} names={shown.filter((each) => each.kind === kind)} />
      ))}
    </Combobox>
  );
}

function Names({ label, names }: { label: string; names: readonly EntityName[] }) {
  return names.length === 0 ? null : (
    <OptionGroup label={label}>
      {names.map(({ id, name }) => (
        <Option key={id} value={id} text={name}>
          {name}
        </Option>
      ))}
    </OptionGroup>
  );
}
