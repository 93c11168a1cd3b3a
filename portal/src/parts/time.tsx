// A moment, in the organization's time zone; in UTC when the pointer or the keyboard rests on it.
import { makeStyles, Tooltip, tokens } from '@fluentui/react-components';
import { useFormat } from '../context/format.tsx';

const useStyles = makeStyles({
  time: {
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    borderRadius: tokens.borderRadiusSmall,
  },
});

/** `how`: the whole date and time (default), or how long ago, beside `now`. */
export function Time({
  at,
  how = 'dateTime',
  now = Date.now(),
}: {
  at: string;
  how?: 'dateTime' | 'ago';
  now?: number;
}) {
  const styles = useStyles();
  const format = useFormat();
  const utc = how === 'ago' ? `${format.dateTime(at)} (${format.utc(at)})` : format.utc(at);
  return (
    <Tooltip content={utc} relationship="description" withArrow>
      <time className={styles.time} dateTime={at}>
        {how === 'ago' ? format.ago(at, now) : format.dateTime(at)}
      </time>
    </Tooltip>
  );
}
