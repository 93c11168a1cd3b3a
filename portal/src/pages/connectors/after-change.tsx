// What follows a change: short words about it, and everything that may show it is asked for again.
import { Toast, ToastTitle, useToastController } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { TOASTER } from '../../frame/notify.ts';

const STALE = [
  'connectors',
  'discovered',
  'sending-limits',
  'exception-windows',
  'restricted-entities',
  'audit-records',
];

export function useAfterChange(): (words: string) => void {
  const queries = useQueryClient();
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (words) => {
      for (const key of STALE) void queries.invalidateQueries({ queryKey: [key] });
      dispatchToast(
        <Toast>
          <ToastTitle>{words}</ToastTitle>
        </Toast>,
        { intent: 'success' },
      );
    },
    [queries, dispatchToast],
  );
}
