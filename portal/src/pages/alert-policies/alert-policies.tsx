// Alert policy: on what an alert is raised, who is told, and how often.
import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, NotShown } from '../../parts/answered.tsx';
import { AuditOffBanner } from '../../parts/audit-off-banner.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { Page } from '../../parts/page.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { SEVERITY_RANKS, Severity } from '../../parts/severity.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { PolicyFlyout } from './policy-flyout.tsx';
import { PolicyForm } from './policy-form.tsx';

export type AlertPolicy = Schemas['AlertPolicy'];

const useStyles = makeStyles({
  name: { overflow: 'hidden', textOverflow: 'ellipsis' },
  system: { fontWeight: tokens.fontWeightSemibold },
});

export default function AlertPolicies() {
  const { frame, alertPolicies: strings } = useStrings();
  const { organizationId, organizations } = useOrganization();
  // Those about the guard itself belong to no organization: who has only one sees them with it.
  const asked = organizations.length > 1 ? organizationId : undefined;
  const query = useQuery({
    queryKey: ['alert-policies', { organizationId: asked }],
    queryFn: () => answer(api.GET('/api/v1/alert-policies', { params: { query: { organizationId: asked } } })),
  });
  return (
    <Page
      title={frame.pages.alertPolicy}
      crumbs={[{ label: frame.groups.emailAndCollaboration }, { label: frame.groups.policiesAndRules }]}
      description={strings.description}
    >
      <Answered query={query}>
        {({ items, auditLog }) => (
          <>
            <AuditOffBanner auditLog={auditLog} />
            <List items={items} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function List({ items }: { items: readonly AlertPolicy[] }) {
  const { parts, alertPolicies: strings } = useStrings();
  const mayWrite = useMay('alert-policies.write');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const [openId, setOpenId] = useSearchParam('policy');
  const [form, setForm] = useSearchParam('form');
  const columns = useColumns();
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return items.filter(({ name, recipients }) => `${name} ${recipients.join(' ')}`.toLowerCase().includes(wanted));
  }, [items, text]);
  const open = items.find(({ id }) => id === openId);
  return (
    <>
      {!mayWrite && <NotShown what={strings.mayNotMake} right={strings.changeRight} />}
      <ListToolbar
        actions={
          mayWrite && (
            <Button appearance="primary" icon={<AddRegular />} onClick={() => setForm('new')}>
              {strings.make.new}
            </Button>
          )
        }
        search={{ text, set: setText, label: strings.searchBox }}
        count={parts.itemsOf(shown.length, items.length)}
      />
      {shown.length === 0 ? (
        <Empty title={parts.nothingMatches} />
      ) : (
        <DataTable
          label={strings.list}
          columns={columns}
          rows={shown}
          keyOf={({ id }) => id}
          sort={{ by: 'name', order: 'ascending' }}
          onOpen={({ id }) => setOpenId(id)}
          openKey={openId}
        />
      )}
      {open !== undefined && <PolicyFlyout policy={open} policies={items} onClose={() => setOpenId('')} />}
      {open === undefined && openId !== '' && (
        <Flyout title={strings.gone} onClose={() => setOpenId('')}>
          {strings.goneText}
        </Flyout>
      )}
      {form === 'new' && mayWrite && <PolicyForm policies={items} onClose={() => setForm('')} />}
    </>
  );
}

function useColumns(): readonly Column<AlertPolicy>[] {
  const styles = useStyles();
  const { parts, alertPolicies: strings } = useStrings();
  const { organizations, organization } = useOrganization();
  return useMemo(() => {
    const nameOf = (policy: AlertPolicy) =>
      organizations.find(({ id }) => id === policy.organizationId)?.name ?? strings.guard;
    const toldOf = ({ notify, recipients }: AlertPolicy) =>
      notify && recipients.length > 0 ? recipients.join(', ') : strings.nobody;
    const whose: Column<AlertPolicy> = {
      id: 'organization',
      label: strings.organization,
      from: 'medium',
      width: '180px',
      cell: nameOf,
      value: nameOf,
    };
    return [
      {
        id: 'name',
        label: strings.name,
        cell: ({ name, type }) => (
          <Text className={mergeClasses(styles.name, type === 'System' && styles.system)} truncate wrap={false}>
            {name}
          </Text>
        ),
        value: ({ name }) => name,
      },
      ...(organization === undefined ? [whose] : []),
      {
        id: 'type',
        label: strings.type,
        width: '110px',
        from: 'medium',
        cell: ({ type }) => (
          <span className={mergeClasses(type === 'System' && styles.system)}>{strings.types[type]}</span>
        ),
        value: ({ type }) => strings.types[type],
      },
      {
        id: 'severity',
        label: strings.severity,
        width: '120px',
        from: 'medium',
        cell: ({ severity }) => <Severity severity={severity} />,
        value: ({ severity }) => SEVERITY_RANKS[severity],
      },
      {
        id: 'category',
        label: strings.category,
        width: '170px',
        from: 'wide',
        cell: ({ category }) => strings.categories[category],
        value: ({ category }) => strings.categories[category],
      },
      {
        id: 'status',
        label: strings.status,
        width: '80px',
        cell: ({ enabled }) => (enabled ? parts.on : parts.off),
        value: ({ enabled }) => (enabled ? parts.on : parts.off),
      },
      { id: 'recipients', label: strings.emailRecipients, width: '220px', from: 'wide', cell: toldOf, value: toldOf },
    ];
  }, [styles, parts, strings, organizations, organization]);
}
