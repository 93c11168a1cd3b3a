// A connector is restricted by hand: why, and until when.
import { Field, Radio, RadioGroup, Text, Textarea } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import type { Connector } from './connector-queries.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { FlyoutForm } from './flyout-form.tsx';

const FOREVER = '';
const HOUR_MS = 3_600_000;

export function RestrictForm({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState(FOREVER);
  const { id, name } = connector;
  const save = useMutation({
    mutationFn: () => {
      const until = hours === FOREVER ? {} : { until: new Date(Date.now() + Number(hours) * HOUR_MS).toISOString() };
      return answer(
        api.POST('/api/v1/restricted-entities/{id}/restrict', { params: { path: { id } }, body: { reason, ...until } }),
      );
    },
    onSuccess: () => {
      afterChange(strings.restricted(name));
      onClose();
    },
  });
  const errors = fieldErrorsOf(save.error);
  return (
    <FlyoutForm
      title={strings.restrictTitle(name)}
      submit={strings.restrict}
      error={save.error}
      fields={['reason', 'until']}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <Text>{strings.restrictMeans}</Text>
      <Field label={strings.reason} hint={strings.restrictReasonHint} validationMessage={errors.at('reason')}>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} />
      </Field>
      <Field label={strings.restrictUntil} validationMessage={errors.at('until')}>
        <RadioGroup value={hours} onChange={(_, { value }) => setHours(value)}>
          <Radio value={FOREVER} label={strings.untilUnblocked} />
          {Object.entries(strings.untilHours).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </RadioGroup>
      </Field>
    </FlyoutForm>
  );
}
