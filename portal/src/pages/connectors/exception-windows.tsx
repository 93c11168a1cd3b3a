// Exception windows of a connector: times in which it is known why it sends more, or to others.
import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { AddRegular, CalendarLtrRegular, DismissRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, ProblemBar } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { fromZoned, toZoned } from '../../parts/zoned-time.ts';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import type { Connector } from './connector-queries.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { FlyoutForm } from './flyout-form.tsx';

type ExceptionWindow = Schemas['ExceptionWindow'];

const DAY_MS = 86_400_000;

export function ExceptionWindows({ connector }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const [open, setOpen] = useSearchParam('open');
  const { id, name, organizationId } = connector;
  const query = useQuery({
    queryKey: ['exception-windows', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/exception-windows', { params: { query: { organizationId } } })),
  });
  return (
    <Section
      title={strings.windowsList}
      description={strings.windowsAbout}
      actions={
        <Button appearance="primary" icon={<AddRegular />} disabled={!mayChange} onClick={() => setOpen('window')}>
          {strings.openWindow}
        </Button>
      }
    >
      <Answered query={query} lines={3}>
        {({ items }) => (
          <List
            label={strings.windowsOf(name)}
            windows={items.filter(({ connectorId }) => connectorId === id)}
            mayClose={mayChange}
          />
        )}
      </Answered>
      {open === 'window' && mayChange && <WindowForm connector={connector} onClose={() => setOpen('')} />}
    </Section>
  );
}

interface ListProps {
  readonly label: string;
  readonly windows: readonly ExceptionWindow[];
  readonly mayClose: boolean;
}

function List({ label, windows, mayClose }: ListProps) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  const { mutate, error } = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/exception-windows/{id}', { params: { path: { id } } })),
    onSuccess: () => afterChange(strings.windowClosed),
  });
  const columns = useMemo(() => columnsOf(strings, mayClose ? mutate : undefined), [strings, mayClose, mutate]);
  return (
    <>
      {error !== null && <ProblemBar error={error} title={strings.notSaved} />}
      {windows.length === 0 ? (
        <Empty icon={<CalendarLtrRegular fontSize={48} />} title={strings.noWindows}>
          {strings.noWindowsText}
        </Empty>
      ) : (
        <DataTable
          label={label}
          columns={columns}
          rows={windows}
          keyOf={({ id }) => id}
          sort={{ by: 'until', order: 'descending' }}
        />
      )}
    </>
  );
}

function columnsOf(
  strings: Strings['connectors'],
  onClose: ((id: string) => void) | undefined,
): readonly Column<ExceptionWindow>[] {
  const stateOf = ({ from, until }: ExceptionWindow) => {
    const now = Date.now();
    if (Date.parse(until) <= now) return 'over';
    return Date.parse(from) > now ? 'planned' : 'open';
  };
  return [
    { id: 'reason', label: strings.reason, cell: ({ reason }) => reason, value: ({ reason }) => reason },
    {
      id: 'state',
      label: strings.status,
      width: '100px',
      cell: (window) => strings.windowStates[stateOf(window)],
      value: stateOf,
    },
    {
      id: 'from',
      label: strings.opensAt,
      width: '190px',
      from: 'medium',
      cell: ({ from }) => <Time at={from} />,
      value: ({ from }) => from,
    },
    {
      id: 'until',
      label: strings.endsAt,
      width: '190px',
      from: 'medium',
      cell: ({ until }) => <Time at={until} />,
      value: ({ until }) => until,
    },
    { id: 'by', label: strings.by, width: '160px', from: 'wide', cell: ({ by }) => by, value: ({ by }) => by },
    {
      id: 'action',
      label: strings.action,
      width: '130px',
      cell: (window) =>
        stateOf(window) !== 'over' && (
          <Button
            size="small"
            icon={<DismissRegular />}
            disabled={onClose === undefined}
            aria-label={strings.closeWindowOf(window.reason)}
            onClick={() => onClose?.(window.id)}
          >
            {strings.closeWindow}
          </Button>
        ),
    },
  ];
}

function WindowForm({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { connectors: strings } = useStrings();
  const { timeZone } = useFormat();
  const afterChange = useAfterChange();
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState(() => toZoned(Date.now() + DAY_MS, timeZone));
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () => {
      const times = { ...(from === '' ? {} : { from: timeOf(from, timeZone) }), until: timeOf(until, timeZone) };
      return answer(api.POST('/api/v1/exception-windows', { body: { connectorId: connector.id, reason, ...times } }));
    },
    onSuccess: () => {
      afterChange(strings.windowOpened);
      onClose();
    },
  });
  const errors = fieldErrorsOf(save.error);
  return (
    <FlyoutForm
      title={strings.openWindow}
      error={save.error}
      fields={['from', 'until', 'reason']}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <Field label={strings.reason} required hint={strings.windowReasonHint} validationMessage={errors.at('reason')}>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} />
      </Field>
      <Field label={strings.opensAt} hint={strings.opensNow} validationMessage={errors.at('from')}>
        <Input type="datetime-local" value={from} onChange={(_, { value }) => setFrom(value)} />
      </Field>
      <Field
        label={strings.endsAt}
        required
        hint={strings.longestWindow(timeZone)}
        validationMessage={errors.at('until')}
      >
        <Input type="datetime-local" value={until} onChange={(_, { value }) => setUntil(value)} />
      </Field>
    </FlyoutForm>
  );
}

/** What is no time goes to the guard as it is: it says so. */
function timeOf(text: string, timeZone: string): string {
  const at = fromZoned(text, timeZone);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}
