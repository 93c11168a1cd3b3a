// Short words at the edge of the page about what was just done.
import { Toast, ToastTitle, useToastController } from '@fluentui/react-components';
import { useCallback } from 'react';
import { TOASTER } from '../context/notify.ts';

export function useTell(): (words: string) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (words) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{words}</ToastTitle>
        </Toast>,
        { intent: 'success' },
      ),
    [dispatchToast],
  );
}
