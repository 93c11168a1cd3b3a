// For who sees several organizations: which one is looked at.
import { Dropdown, makeStyles, Option } from '@fluentui/react-components';
import { useOrganization } from '../context/organization.tsx';
import { useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({ chooser: { minWidth: '120px' } });

export default function OrganizationChooser() {
  const styles = useStyles();
  const { frame } = useStrings();
  const { organization, organizations, choose } = useOrganization();
  return (
    <Dropdown
      className={styles.chooser}
      size="small"
      aria-label={frame.organization}
      value={organization?.name ?? frame.allOrganizations}
      selectedOptions={[organization?.id ?? '']}
      onOptionSelect={(_, { optionValue }) => choose(optionValue === '' ? undefined : optionValue)}
    >
      <Option value="">{frame.allOrganizations}</Option>
      {organizations.map(({ id, name }) => (
        <Option key={id} value={id}>
          {name}
        </Option>
      ))}
    </Dropdown>
  );
}
