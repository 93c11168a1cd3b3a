// Connectors: the configured ways in, the relaying that belongs to none of them, and the sending limits of all.

import { useMay } from '../../context/session.tsx';
import { NotShown } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { ConnectorList } from './connector-list.tsx';
import { DiscoveredList } from './discovered-list.tsx';
import { OrganizationLimits } from './organization-limits.tsx';
import { PageTabs, useTab } from './page-tabs.tsx';

export default function Connectors() {
  const { frame, connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const tab = useTab(strings.tabs);
  return (
    <Page title={frame.pages.connectors} crumbs={[{ label: frame.groups.mailFlow }]} description={strings.about}>
      {!mayChange && <NotShown what={strings.readOnly} right={strings.rightToChange} />}
      <PageTabs label={strings.sections} tabs={strings.tabs} chosen={tab} />
      {tab === 'connectors' && <ConnectorList />}
      {tab === 'discovered' && <DiscoveredList />}
      {tab === 'limits' && <OrganizationLimits />}
    </Page>
  );
}
