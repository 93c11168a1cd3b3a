// What stands above a list: its actions at the left; search, filters, spacing, export and count at the right.
import { Button, makeStyles, SearchBox, Text, ToggleButton, Tooltip, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, TextLineSpacingRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { usePreferences } from '../context/preferences.tsx';
import { useStrings } from '../strings/strings.tsx';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '36px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, flexGrow: 1 },
  search: { width: 'min(100%, 260px)' },
  count: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
});

export interface ListToolbarProps {
  readonly actions?: ReactNode;
  readonly filters?: ReactNode;
  readonly search?: { readonly text: string; set(text: string): void };
  readonly count?: string;
  readonly onExport?: (() => void) | undefined;
}

export function ListToolbar({ actions, filters, search, count, onExport }: ListToolbarProps) {
  const styles = useStyles();
  const { parts } = useStrings();
  return (
    <div className={styles.bar}>
      <div className={styles.actions}>{actions}</div>
      {count !== undefined && (
        <Text size={200} className={styles.count} role="status">
          {count}
        </Text>
      )}
      {filters}
      {search !== undefined && (
        <SearchBox
          className={styles.search}
          aria-label={parts.search}
          placeholder={parts.search}
          value={search.text}
          onChange={(_, { value }) => search.set(value)}
        />
      )}
      <Spacing />
      {onExport !== undefined && (
        <Button appearance="subtle" icon={<ArrowDownloadRegular />} onClick={onExport}>
          {parts.export}
        </Button>
      )}
    </div>
  );
}

function Spacing() {
  const { preferences, choose } = usePreferences();
  const { parts } = useStrings();
  const isCompact = preferences.spacing === 'compact';
  return (
    <Tooltip content={parts.spacing} relationship="description">
      <ToggleButton
        appearance="subtle"
        icon={<TextLineSpacingRegular />}
        checked={isCompact}
        aria-label={parts.compactList}
        onClick={() => choose({ spacing: isCompact ? 'normal' : 'compact' })}
      />
    </Tooltip>
  );
}
