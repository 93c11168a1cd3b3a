// A secret that the guard tells once: to be copied now.
import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({
  once: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  line: { display: 'flex', gap: tokens.spacingHorizontalS },
  secret: { flexGrow: 1, minWidth: 0, fontFamily: tokens.fontFamilyMonospace },
});

export interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  /** What it is for, and that it is not told again. */
  readonly text: string;
}

export function SecretOnce({ label, secret, text }: SecretOnceProps) {
  const styles = useStyles();
  return (
    <div className={styles.once}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{text}</MessageBarBody>
      </MessageBar>
      <Copied label={label} text={secret} />
    </div>
  );
}

/** A text to take along, with a button that copies it where the browser lets pages do that (https, or this machine). */
export function Copied({ label, text }: { label: string; text: string }) {
  const styles = useStyles();
  const { parts } = useStrings();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Field label={label}>
      <div className={styles.line}>
        <Input
          readOnly
          aria-label={label}
          className={styles.secret}
          value={text}
          onFocus={(event) => event.target.select()}
        />
        {'clipboard' in navigator && (
          <Button icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />} onClick={() => void copy()}>
            {isCopied ? parts.copied : parts.copy}
          </Button>
        )}
      </div>
    </Field>
  );
}
