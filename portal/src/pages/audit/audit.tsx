// Audit: who changed what, searched, read and exported.
import { useInfiniteQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { AuditOffBanner } from '../../parts/audit-off-banner.tsx';
import { Page } from '../../parts/page.tsx';
import { useWholeScope } from '../../parts/whole-scope.ts';
import { useStrings } from '../../strings/strings.tsx';
import { type AuditFilter, queryOf, useAuditFilter } from './audit-filter.ts';
import { AuditLogSwitch } from './audit-log-switch.tsx';
import { Results } from './results.tsx';
import { SearchForm } from './search-form.tsx';

const AT_ONCE = 100;

export default function Audit() {
  const { frame, audit: strings } = useStrings();
  const organizationId = useWholeScope();
  const { organization, organizations } = useOrganization();
  const isLogOn = (organization === undefined ? organizations : [organization]).every(({ auditLog }) => auditLog);
  const [filter, search] = useAuditFilter();
  const query = useAuditRecords(filter, organizationId);
  return (
    <Page
      title={frame.pages.audit}
      crumbs={[{ label: frame.groups.system }]}
      description={strings.description}
      actions={<AuditLogSwitch />}
    >
      <AuditOffBanner auditLog={isLogOn} />
      <SearchForm key={JSON.stringify(filter)} filter={filter} onSearch={search} />
      <Results query={query} filter={filter} onSearch={search} />
    </Page>
  );
}

export type AuditQuery = ReturnType<typeof useAuditRecords>;

function useAuditRecords(filter: AuditFilter, organizationId: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['audit-records', { filter, organizationId }],
    queryFn: ({ pageParam: cursor }) =>
      answer(
        api.GET('/api/v1/audit-records', {
          params: { query: { ...queryOf(filter, organizationId), limit: AT_ONCE, cursor } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
}
