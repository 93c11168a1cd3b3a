// The truth about time: at which gates an unblock holds, and how long each of them took.
import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
} from '@fluentui/react-components';
import type { Schemas } from '../../api/client.ts';
import { type Format, useFormat } from '../../frame/format.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { auditPath, PageLink } from './page-link.tsx';
import type { UnblockedEntity } from './restricted-entity.ts';
import { Section } from './section.tsx';

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
      <Section title={strings.gates}>
        <Table size="small" aria-label={strings.gates}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{strings.gate}</TableHeaderCell>
              <TableHeaderCell>{strings.effectiveAfter}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {effective.gates.map((gate) => (
              <TableRow key={`${gate.node} ${gate.name}`}>
                <TableCell>{nameOfGate(gate, strings)}</TableCell>
                <TableCell>{gate.isEffective ? milliseconds(gate, strings, format) : strings.stillRefuses}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Section>
      <PageLink to={auditPath(entity.id)}>{strings.auditTrail}</PageLink>
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
