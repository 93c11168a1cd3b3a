// A flyout at the right edge, over the page: details and actions of one thing. Escape closes it, the focus goes back.
import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { useStrings } from '../strings/strings.tsx';
import { useFocusBack } from './focus-back.ts';

const useStyles = makeStyles({
  drawer: { width: 'min(100vw, 560px)' },
  wide: { width: 'min(100vw, 880px)' },
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    paddingTop: tokens.spacingVerticalS,
    paddingBottom: tokens.spacingVerticalXL,
  },
  footer: { flexWrap: 'wrap', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  title: { overflowWrap: 'anywhere' },
});

export interface FlyoutProps {
  readonly title: string;
  readonly open?: boolean;
  readonly wide?: boolean;
  readonly onClose: () => void;
  /** Buttons; **Close** or **Cancel** is the caller's where the procedure names one. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Flyout({ title, open = true, wide = false, onClose, actions, children }: FlyoutProps) {
  const styles = useStyles();
  const { parts } = useStrings();
  useFocusBack(open);
  return (
    <OverlayDrawer
      open={open}
      position="end"
      className={wide ? styles.wide : styles.drawer}
      onOpenChange={(_, { open: isOpen }) => !isOpen && onClose()}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          heading={{ className: styles.title }}
          action={
            <Button appearance="subtle" aria-label={parts.closeFlyout} icon={<DismissRegular />} onClick={onClose} />
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      {/* It scrolls, so the keyboard must reach it, also where there is nothing to press in it. */}
      <DrawerBody className={styles.body} tabIndex={0} role="group" aria-label={title}>
        {children}
      </DrawerBody>
      {actions !== undefined && <DrawerFooter className={styles.footer}>{actions}</DrawerFooter>}
    </OverlayDrawer>
  );
}
