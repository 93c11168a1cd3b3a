// The mode of a connector, with what each one means.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import type { Connector } from './connector-queries.ts';
import { FlyoutForm } from './flyout-form.tsx';
import { ModeChoice } from './mode-choice.tsx';

const NO_FIELDS: readonly string[] = [];

export function ModeForm({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const [mode, setMode] = useState(connector.mode);
  const { id, name } = connector;
  const save = useMutation({
    mutationFn: () => answer(api.PATCH('/api/v1/connectors/{id}', { params: { path: { id } }, body: { mode } })),
    onSuccess: () => {
      afterChange(strings.modeSet(name, strings.modes[mode]));
      onClose();
    },
  });
  return (
    <FlyoutForm
      title={strings.modeTitle(name)}
      error={save.error}
      fields={NO_FIELDS}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <ModeChoice mode={mode} onChange={setMode} />
    </FlyoutForm>
  );
}
