// The search: what is typed counts when it is asked for, with Search or Enter.
import { Button, Combobox, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { SearchRegular } from '@fluentui/react-icons';
import { type SubmitEvent, useState } from 'react';
import { Choice } from '../../parts/choice.tsx';
import { TimeField } from '../../parts/time-field.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type AuditFilter, NO_FILTER, RANGE_NAMES } from './audit-filter.ts';

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 280px), 1fr))',
    alignItems: 'start',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  wide: { minWidth: 0, width: '100%' },
  buttons: {
    gridColumn: '1 / -1',
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'flex-start',
    gap: tokens.spacingHorizontalS,
  },
});

export interface SearchFormProps {
  readonly filter: AuditFilter;
  readonly onSearch: (filter: AuditFilter) => void;
}

export function SearchForm({ filter, onSearch }: SearchFormProps) {
  const styles = useStyles();
  const { audit: strings } = useStrings();
  const [draft, setDraft] = useState(filter);
  const set = (some: Partial<AuditFilter>) => setDraft({ ...draft, ...some });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSearch(trimmed(draft));
  };
  const text = (name: 'user' | 'entity' | 'clientAddress' | 'text', hint?: string) => (
    <Field label={strings[name]} hint={hint}>
      <Input className={styles.wide} value={draft[name]} onChange={(_, { value }) => set({ [name]: value })} />
    </Field>
  );
  const moment = (name: 'from' | 'until') => (
    <TimeField label={strings[name]} value={draft[name]} onChange={(value) => set({ [name]: value })} />
  );
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={strings.range}>
        <Choice
          label={strings.range}
          value={draft.range}
          options={RANGE_NAMES.map((name) => [name, strings.ranges[name]] as const)}
          onChange={(range) => set({ range })}
        />
      </Field>
      {draft.range === 'custom' && moment('from')}
      {draft.range === 'custom' && moment('until')}
      <Activities chosen={draft.operations} onChange={(operations) => set({ operations })} />
      {text('user', strings.userHint)}
      {text('entity', strings.entityHint)}
      {text('clientAddress')}
      {text('text', strings.textHint)}
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" icon={<SearchRegular />}>
          {strings.search}
        </Button>
        <Button
          onClick={() => {
            setDraft(NO_FILTER);
            onSearch(NO_FILTER);
          }}
        >
          {strings.clear}
        </Button>
      </div>
    </form>
  );
}

function trimmed({ user, entity, clientAddress, text, ...rest }: AuditFilter): AuditFilter {
  return {
    ...rest,
    user: user.trim(),
    entity: entity.trim(),
    clientAddress: clientAddress.trim(),
    text: text.trim(),
  };
}

interface ActivitiesProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Typing filters; several can be chosen. */
function Activities({ chosen, onChange }: ActivitiesProps) {
  const styles = useStyles();
  const { audit: strings } = useStrings();
  const [typed, setTyped] = useState('');
  const names = strings.activityNames;
  const nameOf = (operation: string) => names[operation] ?? operation;
  const wanted = typed.trim().toLowerCase();
  const shown = Object.keys(names).filter((operation) =>
    `${nameOf(operation)} ${operation}`.toLowerCase().includes(wanted),
  );
  return (
    <Field label={strings.activities}>
      <Combobox
        multiselect
        className={styles.wide}
        placeholder={chosen.length === 0 ? strings.allActivities : chosen.map(nameOf).join(', ')}
        value={typed}
        selectedOptions={[...chosen]}
        onChange={(event) => setTyped(event.target.value)}
        onOptionSelect={(_, { selectedOptions }) => {
          onChange(selectedOptions);
          setTyped('');
        }}
      >
        {shown.map((operation) => (
          <Option key={operation} value={operation} text={nameOf(operation)}>
            {nameOf(operation)}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
