// One's own initial, at the end of the bar.
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { Ref } from 'react';
import { useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({
  button: { color: 'inherit', ':hover': { color: 'inherit', backgroundColor: tokens.colorBrandBackgroundHover } },
  initial: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    flexShrink: 0,
    width: '28px',
    height: '28px',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
  },
});

export interface AccountButtonProps {
  readonly name: string;
  /** These are the menu's, whose trigger it is. */
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onClick?: () => void;
  readonly 'aria-haspopup'?: 'menu';
}

export function AccountButton({ name, ...trigger }: AccountButtonProps) {
  const styles = useStyles();
  const { frame } = useStrings();
  return (
    <Button
      {...trigger}
      appearance="transparent"
      className={styles.button}
      aria-label={frame.account(name)}
      icon={
        <span className={styles.initial} aria-hidden>
          {name.slice(0, 1).toUpperCase()}
        </span>
      }
    />
  );
}
