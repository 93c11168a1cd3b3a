// Message trace: who wrote to whom through whom, what was answered, and what became of it.
import { SearchRegular } from '@fluentui/react-icons';
import { Answered } from '../../parts/answered.tsx';
import { FilterForm } from '../../parts/messages/filter-form.tsx';
import { MessageList } from '../../parts/messages/message-list.tsx';
import { useMessageSearch } from '../../parts/messages/message-search.ts';
import { Page } from '../../parts/page.tsx';
import { useStrings } from '../../strings/strings.tsx';

const LOADED_AT_ONCE = 100;

export default function MessageTrace() {
  const { frame, messageTrace: strings } = useStrings();
  const search = useMessageSearch({ limit: LOADED_AT_ONCE, isWhole: true });
  return (
    <Page title={frame.pages.messageTrace} crumbs={[{ label: frame.groups.mailFlow }]} description={strings.about}>
      <FilterForm
        filter={search.filter}
        action={strings.search}
        icon={<SearchRegular />}
        isWhole
        onSearch={search.ask}
      />
      <Answered query={search.query}>{() => <MessageList search={search} />}</Answered>
    </Page>
  );
}
