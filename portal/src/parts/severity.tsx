// How grave an alert is: a word, and a colour for whoever sees it.
import { Badge } from '@fluentui/react-components';
import type { Schemas } from '../api/client.ts';
import { useStrings } from '../strings/strings.tsx';

export type SeverityName = Schemas['Alert']['severity'];

const COLORS = { High: 'danger', Medium: 'warning', Low: 'informative', Informational: 'subtle' } as const;

/** For sorting: the gravest has the highest. */
export const SEVERITY_RANKS: Readonly<Record<SeverityName, number>> = { High: 3, Medium: 2, Low: 1, Informational: 0 };

export function Severity({ severity }: { severity: SeverityName }) {
  const { severities } = useStrings().alerts;
  return (
    <Badge appearance="tint" color={COLORS[severity]}>
      {severities[severity]}
    </Badge>
  );
}
