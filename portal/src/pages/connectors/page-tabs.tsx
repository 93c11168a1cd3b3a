// Tabs below a page's title. The chosen one is in the address, and nothing of the one before stays there.
import { makeStyles, Tab, TabList } from '@fluentui/react-components';
import { useSearchParams } from 'react-router';

const useStyles = makeStyles({ scroll: { overflowX: 'auto', overflowY: 'hidden', flexShrink: 0 } });

export interface PageTabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: Readonly<Record<Name, string>>;
  readonly chosen: Name;
}

/** The tab of the address; the first one where it names none. */
export function useTab<Name extends string>(tabs: Readonly<Record<Name, string>>): Name {
  const [params] = useSearchParams();
  const wanted = params.get('tab') ?? '';
  return (wanted in tabs ? wanted : Object.keys(tabs)[0]) as Name;
}

export function PageTabs<Name extends string>({ label, tabs, chosen }: PageTabsProps<Name>) {
  const styles = useStyles();
  const [, setParams] = useSearchParams();
  const names = Object.keys(tabs) as Name[];
  return (
    <div className={styles.scroll}>
      <TabList
        aria-label={label}
        selectedValue={chosen}
        onTabSelect={(_, { value }) => setParams(value === names[0] ? {} : { tab: String(value) })}
      >
        {names.map((name) => (
          <Tab key={name} value={name}>
            {tabs[name]}
          </Tab>
        ))}
      </TabList>
    </div>
  );
}
