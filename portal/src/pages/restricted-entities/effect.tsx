// The truth about time: at which gates an unblock holds, and how long each of them took.
import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Text } from '@fluentui/react-components';
import type { Schemas } from '../../api/client.ts';
import { type Format, useFormat } from '../../context/format.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { auditPath } from './addresses.ts';
import type { UnblockedEntity } from './restricted-entity.ts';

type Effect = Schemas['Effect'];

const useStyles = makeStyles({ words: { display: 'block' } });

export function EffectOf({ entity }: { entity: UnblockedEntity }) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const { effective } = entity;
  const isEverywhere = effective.gates.every(({ isEffective }) => isEffective);
  return (
    <>
      <MessageBar intent={isEverywhere ? 'success' : 'warning'} layout="multiline" role="status">
        <MessageBarBody>
          <MessageBarTitle>{strings.unblocked(entity.name)}</MessageBarTitle>
          <Text className={styles.words}>{effectInWords(effective, strings, format)}</Text>
          {!isEverywhere && <Text className={styles.words}>{strings.notEffective}</Text>}
          {(entity.ended?.graceHours ?? 0) > 0 && <Text className={styles.words}>{strings.inGrace}</Text>}
        </MessageBarBody>
      </MessageBar>
      <FlyoutSection title={strings.gates}>
        <ShortTable
          label={`${strings.gates}: ${entity.name}`}
          rows={effective.gates}
          keyOf={({ name, node }) => `${node} ${name}`}
          columns={[
            { label: strings.gate, cell: (gate) => nameOfGate(gate, strings) },
            {
              label: strings.effectiveAfter,
              cell: (gate) => (gate.isEffective ? milliseconds(gate, strings, format) : strings.stillRefuses),
            },
          ]}
        />
      </FlyoutSection>
      <RouteLink to={auditPath(entity.id)}>{strings.auditTrail}</RouteLink>
    </>
  );
}

/** "effective at 4 of 4 gates after 80 ms" */
export function effectInWords(
  { gates, afterMilliseconds }: Effect,
  strings: Strings['restrictedEntities'],
  format: Format,
): string {
  const effective = gates.filter(({ isEffective }) => isEffective).length;
  return strings.effective(
    format.number(effective),
    format.number(gates.length),
    format.number(afterMilliseconds, digitsOf(afterMilliseconds)),
  );
}

function milliseconds(
  { afterMilliseconds }: Effect['gates'][number],
  strings: Strings['restrictedEntities'],
  format: Format,
): string {
  return strings.milliseconds(format.number(afterMilliseconds, digitsOf(afterMilliseconds)));
}

const digitsOf = (count: number): number => (count < 10 ? 1 : 0);

function nameOfGate({ name, node }: Effect['gates'][number], { gateNames }: Strings['restrictedEntities']): string {
  const called = Object.entries(gateNames).find(([gate]) => gate === name)?.[1] ?? name;
  return node === undefined ? called : `${called} (${node})`;
}
