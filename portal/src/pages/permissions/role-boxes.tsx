// Which roles an account has, to tick.
import { TickBoxes } from '../../parts/tick-boxes.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { PROVIDER_ROLE, ROLE_NAMES, type RoleName } from './account.ts';

export interface RoleBoxesProps {
  readonly chosen: readonly RoleName[];
  /** An account of an organization does not have the provider's role. */
  readonly isProviders: boolean;
  readonly onChange: (chosen: readonly RoleName[]) => void;
}

export function RoleBoxes({ chosen, isProviders, onChange }: RoleBoxesProps) {
  const { permissions: strings } = useStrings();
  const values = ROLE_NAMES.filter((role) => isProviders || role !== PROVIDER_ROLE);
  return <TickBoxes label={strings.roles} values={values} chosen={chosen} onChange={onChange} />;
}
