// The recipient box: a click on its blank area opens the list, typing filters it, × removes, and any mail address can be typed.
import {
  Field,
  Tag,
  TagPicker,
  TagPickerControl,
  TagPickerGroup,
  TagPickerInput,
  TagPickerList,
  TagPickerOption,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';

export const TENANT_ADMINS = 'TenantAdmins';

/** What looks like an address; the guard looks closer. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$/;

interface Candidate {
  readonly value: string;
  readonly about: string;
}

export interface RecipientBoxProps {
  readonly recipients: readonly string[];
  readonly onChange: (recipients: readonly string[]) => void;
  readonly organizationId: string | undefined;
  /** Whose recipients are offered, too. */
  readonly policies: readonly AlertPolicy[];
  readonly disabled?: boolean;
}

export function RecipientBox(props: RecipientBoxProps) {
  const { recipients, onChange, disabled = false } = props;
  const { edit: strings } = useStrings().alertPolicies;
  const mayReadAccounts = useMay('roles.read');
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState('');
  const candidates = useCandidates(props);
  const text = typed.trim();
  const shown = candidates
    .filter(({ value }) => !has(recipients, value))
    .filter(({ value, about }) => `${value} ${about}`.toLowerCase().includes(text.toLowerCase()));
  const isNew =
    ADDRESS.test(text) &&
    !has(recipients, text) &&
    !has(
      candidates.map(({ value }) => value),
      text,
    );
  const choose = (chosen: readonly string[]) => {
    setTyped('');
    setWrong('');
    onChange(chosen);
  };
  /** What was typed is taken, or it is said why not. */
  const take = () => {
    if (text === '' || has(recipients, text)) return choose(recipients);
    const known = candidates.find(({ value }) => value.toLowerCase() === text.toLowerCase())?.value;
    if (known === undefined && !ADDRESS.test(text)) return setWrong(text);
    choose([...recipients, known ?? text]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const isOnOption = event.currentTarget.getAttribute('aria-activedescendant') !== null;
    const isEnd = event.key === ',' || event.key === ';' || (event.key === 'Enter' && !isOnOption);
    if (!isEnd || text === '') return;
    event.preventDefault();
    take();
  };
  const isWrong = wrong !== '' && wrong === text;
  return (
    <Field
      label={strings.box}
      hint={mayReadAccounts ? strings.boxHint : `${strings.boxHint} ${strings.accountsHidden}`}
      validationState={isWrong ? 'error' : recipients.length === 0 ? 'warning' : 'none'}
      validationMessage={isWrong ? strings.notAnAddress(wrong) : recipients.length === 0 ? strings.empty : undefined}
    >
      <TagPicker
        selectedOptions={[...recipients]}
        disabled={disabled}
        onOptionSelect={(_, { selectedOptions, value }) => (value === '' ? take() : choose(selectedOptions))}
      >
        <TagPickerControl>
          {recipients.length > 0 && (
            <TagPickerGroup aria-label={strings.chosen}>
              {recipients.map((recipient) => (
                <Tag key={recipient} value={recipient} shape="rounded">
                  {recipient}
                </Tag>
              ))}
            </TagPickerGroup>
          )}
          <TagPickerInput
            aria-label={strings.box}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={take}
          />
        </TagPickerControl>
        <TagPickerList aria-label={strings.list}>
          {shown.map(({ value, about }) => (
            <TagPickerOption key={value} value={value} secondaryContent={about}>
              {value}
            </TagPickerOption>
          ))}
          {isNew && (
            <TagPickerOption key="typed" value={text}>
              {strings.typed(text)}
            </TagPickerOption>
          )}
          {!isNew && shown.length === 0 && (
            <TagPickerOption key="none" value="" aria-disabled>
              {text === '' ? strings.allChosen : strings.noMatch}
            </TagPickerOption>
          )}
        </TagPickerList>
      </TagPicker>
    </Field>
  );
}

const has = (all: readonly string[], one: string): boolean =>
  all.some((each) => each.toLowerCase() === one.toLowerCase());

/** TenantAdmins, accounts with an address, and addresses that other policies have; each once. */
function useCandidates({ organizationId, policies, recipients }: RecipientBoxProps): readonly Candidate[] {
  const { edit: strings } = useStrings().alertPolicies;
  const admins = useQuery({
    queryKey: ['notifications', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/notifications', { params: { query: { organizationId } } })),
  });
  const accounts = useQuery({
    queryKey: ['accounts', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/accounts', { params: { query: { organizationId } } })),
    enabled: useMay('roles.read'),
  });
  // What was removed here can be chosen again.
  const [first] = useState(recipients);
  return useMemo(() => {
    const all: Candidate[] = [
      { value: TENANT_ADMINS, about: strings.tenantAdminsAre(admins.data?.tenantAdmins.length ?? 0) },
      ...(accounts.data?.items ?? []).flatMap(({ name, mail }) =>
        mail === undefined ? [] : [{ value: mail, about: name }],
      ),
      ...first.map((value) => ({ value, about: '' })),
      ...policies.flatMap((policy) => policy.recipients.map((value) => ({ value, about: strings.otherPolicy }))),
    ];
    return [...new Map(all.toReversed().map((each) => [each.value.toLowerCase(), each])).values()].toReversed();
  }, [strings, admins.data, accounts.data, first, policies]);
}
