// Which roles an account has, to tick.
import { Checkbox, Field, makeStyles } from '@fluentui/react-components';
import { useStrings } from '../../strings/strings.tsx';
import { PROVIDER_ROLE, ROLE_NAMES, type RoleName } from './account.ts';

const useStyles = makeStyles({ boxes: { display: 'flex', flexDirection: 'column' } });

export interface RoleBoxesProps {
  readonly chosen: readonly RoleName[];
  /** An account of an organization does not have the provider's role. */
  readonly isProviders: boolean;
  readonly disabled?: boolean;
  readonly onChange: (chosen: readonly RoleName[]) => void;
}

export function RoleBoxes({ chosen, isProviders, disabled = false, onChange }: RoleBoxesProps) {
  const styles = useStyles();
  const { permissions: strings } = useStrings();
  const roles = ROLE_NAMES.filter((role) => isProviders || role !== PROVIDER_ROLE);
  const toggle = (role: RoleName) =>
    onChange(roles.filter((each) => (each === role ? !chosen.includes(role) : chosen.includes(each))));
  return (
    <Field label={strings.roles}>
      {/* biome-ignore lint/a11y/useSemanticElements: the field's label names it. */}
      <div role="group" className={styles.boxes}>
        {roles.map((role) => (
          <Checkbox
            key={role}
            label={role}
            checked={chosen.includes(role)}
            disabled={disabled}
            onChange={() => toggle(role)}
          />
        ))}
      </div>
    </Field>
  );
}
