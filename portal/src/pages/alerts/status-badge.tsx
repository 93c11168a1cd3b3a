// How far somebody is with an alert.
import { Badge } from '@fluentui/react-components';
import { CheckmarkCircleRegular, CircleRegular, ClockRegular } from '@fluentui/react-icons';
import type { Schemas } from '../../api/client.ts';
import { useStrings } from '../../strings/strings.tsx';

export type AlertStatus = Schemas['Alert']['status'];

const LOOKS = {
  New: { color: 'brand', icon: <CircleRegular /> },
  InProgress: { color: 'warning', icon: <ClockRegular /> },
  Resolved: { color: 'success', icon: <CheckmarkCircleRegular /> },
} as const;

export function StatusBadge({ status }: { status: AlertStatus }) {
  const { statuses } = useStrings().alerts;
  const { color, icon } = LOOKS[status];
  return (
    <Badge appearance="tint" color={color} icon={icon}>
      {statuses[status]}
    </Badge>
  );
}
