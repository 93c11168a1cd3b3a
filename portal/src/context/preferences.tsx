// What somebody chose for himself in this browser: light or dark, the language, how tight lists are.
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { LANGUAGES, type Language, preferredLanguage } from '../strings/strings.tsx';

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly language: Language;
  readonly spacing: 'normal' | 'compact';
}

interface Choice {
  readonly preferences: Preferences;
  choose(some: Partial<Preferences>): void;
}

const KEY = 'cordon.preferences';
const PreferencesContext = createContext<Choice | undefined>(undefined);

export function usePreferences(): Choice {
  return use(PreferencesContext)!;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(readPreferences);
  const choice = useMemo(
    () => ({
      preferences,
      choose: (some: Partial<Preferences>) => {
        const chosen = { ...preferences, ...some };
        localStorage.setItem(KEY, JSON.stringify(chosen));
        setPreferences(chosen);
      },
    }),
    [preferences],
  );
  return <PreferencesContext value={choice}>{children}</PreferencesContext>;
}

/** What another version wrote, or somebody by hand, is taken where it makes sense. */
function readPreferences(): Preferences {
  const stored = readStored();
  return {
    theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : 'system',
    language:
      typeof stored.language === 'string' && stored.language in LANGUAGES
        ? (stored.language as Language)
        : preferredLanguage(navigator.languages),
    spacing: stored.spacing === 'compact' ? 'compact' : 'normal',
  };
}

function readStored(): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

export function useIsDark({ theme }: Preferences): boolean {
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');
  return theme === 'system' ? systemIsDark : theme === 'dark';
}

export function useMediaQuery(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const changed = () => setMatches(list.matches);
    changed();
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}
