// Explorer: all email over time by what became of it, narrowed step by step, and who stands out in it.
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { Answered } from '../../parts/answered.tsx';
import { FilterForm } from '../../parts/messages/filter-form.tsx';
import { MessageList } from '../../parts/messages/message-list.tsx';
import { type MessageSearch, useMessageSearch } from '../../parts/messages/message-search.ts';
import { Page } from '../../parts/page.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { useStrings } from '../../strings/strings.tsx';
import { TopAddresses, TopDomains, TopSenders } from './tops.tsx';
import { VolumeOverTime } from './volume.tsx';

const LOADED_AT_ONCE = 500;
const TABS = ['email', 'senders', 'addresses', 'domains'] as const;

const useStyles = makeStyles({
  tabs: { flexWrap: 'wrap' },
  panel: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
});

export default function Explorer() {
  const { frame, explorer: strings } = useStrings();
  const search = useMessageSearch({ limit: LOADED_AT_ONCE, isWhole: false });
  return (
    <Page
      title={frame.pages.explorer}
      crumbs={[{ label: frame.groups.emailAndCollaboration }, { label: strings.allEmail }]}
      description={strings.about}
    >
      <FilterForm
        filter={search.filter}
        action={strings.refresh}
        icon={<ArrowClockwiseRegular />}
        isWhole={false}
        onSearch={search.ask}
      />
      <Answered query={search.query}>
        {() => (
          <>
            <VolumeOverTime search={search} />
            <Tabs search={search} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Tabs({ search }: { search: MessageSearch }) {
  const styles = useStyles();
  const { explorer: strings } = useStrings();
  const [asked, setTab] = useSearchParam('tab', 'email');
  const tab = TABS.find((each) => each === asked) ?? 'email';
  return (
    <>
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        aria-label={strings.views}
        onTabSelect={(_, { value }) => setTab(String(value))}
      >
        {TABS.map((each) => (
          <Tab key={each} id={`tab-${each}`} value={each}>
            {strings.tabs[each]}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" aria-labelledby={`tab-${tab}`} className={styles.panel}>
        {tab === 'email' && <MessageList search={search} withBasis />}
        {tab === 'senders' && <TopSenders search={search} />}
        {tab === 'addresses' && <TopAddresses search={search} />}
        {tab === 'domains' && <TopDomains search={search} />}
      </div>
    </>
  );
}
