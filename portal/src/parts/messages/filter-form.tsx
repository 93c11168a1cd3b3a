// What is searched for. It counts when the button is pressed, or Enter: each search is one record in the audit log.
import { Button, Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { type SubmitEvent, useEffect, useState } from 'react';
import { useStrings } from '../../strings/strings.tsx';
import { Choice } from '../choice.tsx';
import { TimeField } from '../time-field.tsx';
import { EntityBox } from './entity-box.tsx';
import { FATES, type MessageFilter, NO_FILTER, OUTCOMES, RANGES, type Range, windowOf } from './message-filter.ts';

const useStyles = makeStyles({
  form: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 210px), 1fr))',
    alignItems: 'start',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  wide: { minWidth: 0, width: '100%' },
  foot: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  note: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

export interface FilterFormProps {
  readonly filter: MessageFilter;
  /** What the button that searches is called, and its icon. */
  readonly action: string;
  readonly icon: React.ReactElement;
  /** With the fields that only the trace has: message ID, and what became of it. */
  readonly isWhole: boolean;
  readonly onSearch: (filter: MessageFilter) => void;
}

export function FilterForm({ filter, action, icon, isWhole, onSearch }: FilterFormProps) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const [draft, setDraft] = useState(filter);
  // The back button and the chart change it as well.
  useEffect(() => setDraft(filter), [filter]);
  const set = (some: Partial<MessageFilter>) => setDraft({ ...draft, ...some });
  /** What was chosen before is the beginning of what is chosen exactly. */
  const choose = (range: Range) => {
    const { from, until } = windowOf(draft, Date.now());
    set({ range, from: range === 'custom' ? toIso(from) : '', until: range === 'custom' ? toIso(until) : '' });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSearch(trimmed(draft));
  };
  const text = (name: 'sender' | 'recipient' | 'messageId' | 'clientAddress', placeholder?: string) => (
    <Field label={strings.fields[name]}>
      <Input
        className={styles.wide}
        placeholder={placeholder}
        value={draft[name]}
        onChange={(_, { value }) => set({ [name]: value })}
      />
    </Field>
  );
  const moment = (name: 'from' | 'until') => (
    <TimeField label={strings.fields[name]} value={draft[name]} onChange={(value) => set({ [name]: value })} />
  );
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.fields}>
        <Field label={strings.fields.range}>
          <Choice
            label={strings.fields.range}
            value={draft.range}
            options={RANGES.map((range) => [range, strings.ranges[range]] as const)}
            onChange={choose}
          />
        </Field>
        {draft.range === 'custom' && moment('from')}
        {draft.range === 'custom' && moment('until')}
        <Field label={strings.fields.entity}>
          <EntityBox value={draft.entity} onChange={(entity) => set({ entity })} />
        </Field>
        <Several
          label={strings.fields.status}
          values={OUTCOMES}
          words={strings.outcomes}
          chosen={draft.outcomes}
          onChange={(outcomes) => set({ outcomes })}
        />
        {text('sender', strings.wholeAddress)}
        {text('recipient', strings.wholeAddress)}
        {text('clientAddress')}
        {isWhole && (
          <Several
            label={strings.fields.fate}
            values={FATES}
            words={strings.fates}
            chosen={draft.fates}
            onChange={(fates) => set({ fates })}
          />
        )}
        {isWhole && text('messageId', strings.messageIdHint)}
      </div>
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" icon={icon}>
          {action}
        </Button>
        <Button
          onClick={() => {
            setDraft(NO_FILTER);
            onSearch(NO_FILTER);
          }}
        >
          {strings.clear}
        </Button>
        <span className={styles.note}>{strings.audited}</span>
      </div>
    </form>
  );
}

/** '' for an open end. */
function toIso(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString();
}

function trimmed(draft: MessageFilter): MessageFilter {
  const { sender, recipient, messageId, clientAddress } = draft;
  return {
    ...draft,
    sender: sender.trim(),
    recipient: recipient.trim(),
    messageId: messageId.trim(),
    clientAddress: clientAddress.trim(),
  };
}

interface SeveralProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly words: Readonly<Record<Value, string>>;
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Some of a few values; none of them: all. */
function Several<Value extends string>({ label, values, words, chosen, onChange }: SeveralProps<Value>) {
  const styles = useStyles();
  const { parts } = useStrings();
  return (
    <Field label={label}>
      <Dropdown
        multiselect
        className={styles.wide}
        placeholder={parts.all}
        value={chosen.map((value) => words[value]).join(', ')}
        selectedOptions={[...chosen]}
        onOptionSelect={(_, { selectedOptions }) => onChange(values.filter((value) => selectedOptions.includes(value)))}
      >
        {values.map((value) => (
          <Option key={value} value={value} text={words[value]}>
            {words[value]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
