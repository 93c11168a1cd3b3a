// A text for the camera of a telephone. Black on white in the dark as well: not every app reads it the other way round.
import { makeStyles, tokens } from '@fluentui/react-components';
import { QRCodeSVG } from 'qrcode.react';

const useStyles = makeStyles({
  frame: {
    alignSelf: 'start',
    lineHeight: 0,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    overflow: 'hidden',
  },
});

/** ISO/IEC 18004 section 9.1: a quiet zone of four modules. */
const QUIET_MODULES = 4;
const SIDE_PIXELS = 208;

export default function QrCode({ label, text }: { label: string; text: string }) {
  const styles = useStyles();
  return (
    <div className={styles.frame}>
      <QRCodeSVG value={text} size={SIDE_PIXELS} marginSize={QUIET_MODULES} role="img" aria-label={label} />
    </div>
  );
}
