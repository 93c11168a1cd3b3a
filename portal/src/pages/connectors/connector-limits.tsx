// How much a connector may send, by whose limit, and how much of it is used.
import { Button, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { EditRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered } from '../../parts/answered.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import type { Connector } from './connector-queries.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { FlyoutForm } from './flyout-form.tsx';
import { LimitsEditor } from './limits-editor.tsx';
import { LimitsTable } from './limits-table.tsx';
import { useLimitPolicy } from './organization-limits.tsx';

const REFRESH_MS = 15_000;

const useStyles = makeStyles({
  used: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: '110px' },
  bar: { maxWidth: '160px' },
  count: { fontVariantNumeric: 'tabular-nums' },
});

export function ConnectorLimits({ connector }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const [open, setOpen] = useSearchParam('open');
  const { id } = connector;
  const query = useQuery({
    queryKey: ['sending-limits', id],
    queryFn: () => answer(api.GET('/api/v1/sending-limits/{id}', { params: { path: { id } } })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section
      title={strings.limitsList}
      description={strings.limitsAbout}
      actions={
        <Button icon={<EditRegular />} disabled={!mayChange} onClick={() => setOpen('limits')}>
          {strings.editLimits}
        </Button>
      }
    >
      <Answered query={query}>
        {({ limits }) => {
          const counts = new Map(limits.map(({ measure, count }) => [measure, count]));
          return (
            <LimitsTable
              label={strings.limitsList}
              limits={Object.fromEntries(limits.map(({ measure, most, action }) => [measure, { most, action }]))}
              columns={[
                {
                  label: strings.used,
                  cell: (measure, { most }) =>
                    measure !== 'recipientsPerMessage' && (
                      <Used count={counts.get(measure) ?? 0} most={most} label={strings.measures[measure]} />
                    ),
                },
                {
                  label: strings.from,
                  cell: (measure) =>
                    connector.sendingLimits[measure] === undefined ? strings.organizationLimit : strings.ownLimit,
                },
              ]}
            />
          );
        }}
      </Answered>
      {open === 'limits' && mayChange && <LimitsForm connector={connector} onClose={() => setOpen('')} />}
    </Section>
  );
}

function Used({ count, most, label }: { count: number; most: number; label: string }) {
  const styles = useStyles();
  const format = useFormat();
  const { connectors: strings } = useStrings();
  return (
    <span className={styles.used}>
      <Text size={200} className={styles.count}>
        {format.number(count)}
      </Text>
      <ProgressBar
        className={styles.bar}
        thickness="large"
        color={count >= most ? 'error' : 'brand'}
        value={Math.min(count / most, 1)}
        aria-label={`${strings.used}: ${label}`}
      />
    </span>
  );
}

function LimitsForm({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const [sendingLimits, setLimits] = useState(connector.sendingLimits);
  const policy = useLimitPolicy(connector.organizationId).data;
  const { id, name } = connector;
  const save = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/api/v1/connectors/{id}', { params: { path: { id } }, body: { sendingLimits } })),
    onSuccess: () => {
      afterChange(strings.limitsSaved);
      onClose();
    },
  });
  return (
    <FlyoutForm
      title={strings.limitsOf(name)}
      error={save.error}
      fields={['sendingLimits']}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <LimitsEditor
        limits={sendingLimits}
        inherited={policy?.connectors}
        errors={fieldErrorsOf(save.error)}
        path="sendingLimits"
        onChange={setLimits}
      />
    </FlyoutForm>
  );
}
