// All words of the portal, in the language that was chosen. English is the catalogue's shape; another language that lacks a
// string does not compile.
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import type { en } from './en/en.ts';
import { first } from './en/first.ts';

export type Strings = typeof en;
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

/** What the way in and the first page say is there at once; the rest is put in by `loadAllStrings` before a page that needs it is shown. */
const english = { ...first } as Strings;

const StringsContext = createContext<Strings>(english);

export function useStrings(): Strings {
  return use(StringsContext);
}

/** The first of the browser's languages that there is, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES);
  return (known as Language | undefined) ?? 'en';
}

/** Shows nothing until the language's words are there. */
export function StringsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const [strings, setStrings] = useState<Strings | undefined>(language === 'en' ? english : undefined);
  useEffect(() => {
    let isWanted = true;
    document.documentElement.lang = language;
    void load(language).then((loaded) => isWanted && setStrings(loaded));
    return () => {
      isWanted = false;
    };
  }, [language]);
  return strings && <StringsContext value={strings}>{children}</StringsContext>;
}

async function load(language: Language): Promise<Strings> {
  return language === 'en' ? english : (await import('./de/de.ts')).de;
}

/** For every page but the first one: of English only what that needs is in its bundle. */
export async function loadAllStrings(): Promise<void> {
  Object.assign(english, (await import('./en/en.ts')).en);
}
