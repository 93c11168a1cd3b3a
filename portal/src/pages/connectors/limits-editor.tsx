// Sending limits to fill in: for each measure a number and what happens beyond it.
import { Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { FieldErrors } from './field-errors.ts';

export type SendingLimits = Schemas['SendingLimits'];
export type Limit = NonNullable<SendingLimits[Measure]>;
export type Measure = keyof SendingLimits;
type LimitAction = Limit['action'];

export const MEASURES: readonly Measure[] = [
  'externalRecipientsPerHour',
  'internalRecipientsPerHour',
  'recipientsPerDay',
  'messagesPerMinute',
  'recipientsPerMessage',
];
const ACTIONS: readonly LimitAction[] = ['alert', 'defer', 'refuse', 'restrictUntilTomorrow', 'restrict'];

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  hint: { color: tokens.colorNeutralForeground3 },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 220px)',
    columnGap: tokens.spacingHorizontalM,
    alignItems: 'start',
    '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: tokens.spacingVerticalXS },
  },
  action: { paddingTop: '26px', '@media (max-width: 480px)': { paddingTop: 0 } },
});

export interface LimitsEditorProps {
  readonly limits: SendingLimits;
  /** What holds where the number is empty. */
  readonly inherited?: SendingLimits;
  readonly errors: FieldErrors;
  /** Of the limits in what is sent, for the errors. */
  readonly path: string;
  readonly onChange: (limits: SendingLimits) => void;
}

export function LimitsEditor({ limits, inherited = {}, errors, path, onChange }: LimitsEditorProps) {
  const styles = useStyles();
  const format = useFormat();
  const { connectors: strings } = useStrings();
  const set = (measure: Measure, limit: Limit | undefined) => {
    const { [measure]: _, ...others } = limits;
    onChange(limit === undefined ? others : { ...others, [measure]: limit });
  };
  const placeholderOf = (measure: Measure) => {
    const most = inherited[measure]?.most;
    return most === undefined ? strings.notLimited : strings.inheritedLimit(format.number(most));
  };
  return (
    <div className={styles.list}>
      <Text size={200} className={styles.hint}>
        {strings.limitsHint}
      </Text>
      {MEASURES.map((measure) => {
        const limit = limits[measure];
        const action = limit?.action ?? 'defer';
        return (
          <div key={measure} className={styles.row}>
            <Field label={strings.measures[measure]} validationMessage={errors.at(`${path}.${measure}`)}>
              <Input
                type="number"
                placeholder={placeholderOf(measure)}
                value={limit === undefined ? '' : String(limit.most)}
                onChange={(_, { value }) => set(measure, value === '' ? undefined : { most: Number(value), action })}
              />
            </Field>
            <div className={styles.action}>
              <Choice
                label={strings.beyondOf(strings.measures[measure])}
                value={action}
                options={ACTIONS.map((each) => [each, strings.limitActions[each]] as const)}
                disabled={limit === undefined}
                onChange={(chosen) => limit !== undefined && set(measure, { ...limit, action: chosen })}
              />
            </div>
          </div>
        );
      })}
    </div>
  );
}
