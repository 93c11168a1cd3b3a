// Permissions: role groups with their rights and members, and the accounts.
import { makeStyles, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { answer, api } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useWholeScope } from '../../parts/whole-scope.ts';
import { useStrings } from '../../strings/strings.tsx';
import { AccountList } from './account-list.tsx';
import { RoleList } from './role-list.tsx';

const useStyles = makeStyles({ tabs: { overflowX: 'auto', flexShrink: 0 } });

export default function Permissions() {
  const styles = useStyles();
  const { frame, permissions: strings } = useStrings();
  const organizationId = useWholeScope();
  const mayChange = useMay('roles.write');
  const [params, setParams] = useSearchParams();
  const view = params.get('view') === 'accounts' ? 'accounts' : 'roles';
  const assignments = useQuery({
    queryKey: ['role-assignments', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/role-assignments', { params: { query: { organizationId } } })),
  });
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => answer(api.GET('/api/v1/roles')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page title={frame.pages.permissions} crumbs={[{ label: frame.groups.system }]} description={strings.description}>
      {!mayChange && <NotShown what={strings.mayNotChange} right={strings.changeRight} />}
      <div className={styles.tabs}>
        <TabList
          aria-label={strings.views}
          selectedValue={view}
          onTabSelect={(_, { value }) => setParams(value === 'accounts' ? { view: 'accounts' } : {})}
        >
          <Tab value="roles">{strings.roleGroups}</Tab>
          <Tab value="accounts">{strings.accounts}</Tab>
        </TabList>
      </div>
      <Answered query={assignments}>
        {({ items, accounts }) =>
          view === 'accounts' ? (
            <AccountList accounts={accounts} />
          ) : (
            <Answered query={roles}>
              {(said) => <RoleList assignments={items} accounts={accounts} said={said} />}
            </Answered>
          )
        }
      </Answered>
    </Page>
  );
}
