// To restrict somebody by hand: at once, without waiting for the guard's judgement.
import { Button, Combobox, Field, Option, Radio, RadioGroup, Select, Text, Textarea } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useOpened } from './opened.ts';
import { type RestrictedEntity, useRefresh } from './restricted-entity.ts';
import { WhyNot } from './why-not.tsx';

type Kind = RestrictedEntity['kind'];
const DURATIONS = ['', '1', '4', '24', '168'] as const;
type Duration = (typeof DURATIONS)[number];

const HOUR_MS = 3_600_000;
const LONGEST_REASON = 1_000;

export default function RestrictFlyout() {
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const may = useMay('restricted-entities.write');
  const [kind, setKind] = useState<Kind>('connector');
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [duration, setDuration] = useState<Duration>('');
  const names = useNames(kind);
  const restrict = useRestrict(() => open(undefined));
  const close = () => open(undefined);
  const problem = restrict.data === 'restricted' ? undefined : restrict.data;
  return (
    <Flyout
      title={strings.restrict}
      onClose={close}
      actions={
        <>
          <Button
            appearance="primary"
            disabled={!may || name.trim() === '' || restrict.isPending}
            onClick={() => restrict.mutate({ kind, name: name.trim(), reason, duration })}
          >
            {strings.restrictNow}
          </Button>
          <Button onClick={close}>{parts.cancel}</Button>
        </>
      }
    >
      <WhyNot />
      <Text>{strings.restrictText}</Text>
      <Field label={strings.entity}>
        <RadioGroup
          layout="horizontal"
          value={kind}
          onChange={(_, { value }) => {
            setKind(value === 'user' ? 'user' : 'connector');
            setName('');
            restrict.reset();
          }}
        >
          <Radio value="connector" label={strings.kinds.connector} />
          <Radio value="user" label={strings.kinds.user} />
        </RadioGroup>
      </Field>
      <Field
        label={strings.who}
        hint={strings.whoHint[kind]}
        required
        {...(problem !== undefined && { validationMessage: strings.unclearWho[problem] })}
      >
        <Names
          key={kind}
          name={name}
          names={names}
          onChange={(changed) => {
            setName(changed);
            restrict.reset();
          }}
        />
      </Field>
      <Field label={strings.reason} hint={strings.restrictReason}>
        <Textarea value={reason} maxLength={LONGEST_REASON} onChange={(_, { value }) => setReason(value)} />
      </Field>
      <Field label={strings.until}>
        <Select
          value={duration}
          onChange={(_, { value }) => setDuration(DURATIONS.find((each) => each === value) ?? '')}
        >
          {DURATIONS.map((each) => (
            <option key={each} value={each}>
              {strings.restrictFor[each]}
            </option>
          ))}
        </Select>
      </Field>
      {restrict.isError && <ProblemBar error={restrict.error} />}
    </Flyout>
  );
}

const MOST_NAMES = 1_000;
const MOST_OPTIONS = 30;

/** To choose from. Who is not among them can be typed all the same. */
function useNames(kind: Kind): readonly string[] {
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: [kind === 'user' ? 'users' : 'connectors', 'unrestricted', { organizationId }],
    queryFn: async () => {
      const params = { query: { organizationId, limit: MOST_NAMES } };
      const { items } = await (kind === 'user'
        ? answer(api.GET('/api/v1/users', { params }))
        : answer(api.GET('/api/v1/connectors', { params })));
      return items.filter(({ restricted }) => !restricted).map((entity) => entity.name);
    },
  });
  return query.data ?? [];
}

function Names({
  name,
  names,
  onChange,
  ...field
}: {
  name: string;
  names: readonly string[];
  onChange: (name: string) => void;
}) {
  const wanted = name.trim().toLowerCase();
  const options = names.filter((each) => each.toLowerCase().includes(wanted)).slice(0, MOST_OPTIONS);
  return (
    <Combobox
      {...field}
      freeform
      value={name}
      selectedOptions={names.includes(name) ? [name] : []}
      onChange={(event) => onChange(event.target.value)}
      onOptionSelect={(_, { optionText }) => onChange(optionText ?? '')}
    >
      {options.map((each) => (
        <Option key={each}>{each}</Option>
      ))}
    </Combobox>
  );
}

interface RestrictOrder {
  readonly kind: Kind;
  readonly name: string;
  readonly reason: string;
  readonly duration: Duration;
}

/** Resolves to 'unknown' where nobody is called so, to 'ambiguous' where several organizations have one. */
function useRestrict(onRestricted: () => void) {
  const { restrictedEntities: strings } = useStrings();
  const { organizationId } = useOrganization();
  const tell = useTell();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ kind, name, reason, duration }: RestrictOrder) => {
      const params = { query: { organizationId, name } };
      const { items } = await (kind === 'user'
        ? answer(api.GET('/api/v1/users', { params }))
        : answer(api.GET('/api/v1/connectors', { params })));
      if (items[0] === undefined) return 'unknown';
      if (items.length > 1) return 'ambiguous';
      const until = duration === '' ? {} : { until: new Date(Date.now() + Number(duration) * HOUR_MS).toISOString() };
      const path = { id: items[0].id };
      await answer(
        api.POST('/api/v1/restricted-entities/{id}/restrict', { params: { path }, body: { reason, ...until } }),
      );
      return 'restricted';
    },
    onSuccess: (outcome, { name }) => {
      if (outcome !== 'restricted') return;
      refresh();
      tell(strings.restricted(name));
      onRestricted();
    },
  });
}
