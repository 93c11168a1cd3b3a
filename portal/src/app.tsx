// What stands around every page: theme, words, questions to the guard, and who is signed in.
import { FluentProvider, makeStyles, Toaster, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { RouterProvider } from 'react-router/dom';
import { ApiProblem } from './api/problem.ts';
import { useWho, whoQuery } from './api/session.ts';
import { TOASTER } from './context/notify.ts';
import { OrganizationProvider, organizationsQuery } from './context/organization.tsx';
import { PreferencesProvider, useIsDark, usePreferences } from './context/preferences.tsx';
import { SessionProvider } from './context/session.tsx';
import { ProblemBar, Waiting } from './parts/answered.tsx';
import { router } from './routes.tsx';
import { StringsProvider } from './strings/strings.tsx';

const SignIn = lazy(() => import('./pages/sign-in/sign-in.tsx'));
const ChoosePassword = lazy(() => import('./pages/sign-in/choose-password.tsx'));

const MOST_RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal is an answer. What the guard could not do now, or nobody answered, is worth another try.
      retry: (failures, error) => {
        const isAnswer = error instanceof ApiProblem && error.status < 500;
        return !isAnswer && failures < MOST_RETRIES;
      },
    },
  },
});

// A session that has ended shows the sign-in page, on whatever page it is noticed.
queries.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error' || event.query.queryKey[0] === 'session') return;
  const { error } = event.action;
  if (!(error instanceof ApiProblem) || error.status !== 401) return;
  if (queries.getQueryData(['session']) !== null) queries.setQueryData(['session'], null);
});

// No page shows anything without them: both are asked for at once, before the first of them is drawn.
void queries.prefetchQuery(whoQuery);
void queries.prefetchQuery(organizationsQuery);

const useStyles = makeStyles({
  whole: { minHeight: '100vh', display: 'flex', flexDirection: 'column' },
});

export function App() {
  return (
    <PreferencesProvider>
      <Themed>
        <QueryClientProvider client={queries}>
          <Entrance />
        </QueryClientProvider>
      </Themed>
    </PreferencesProvider>
  );
}

function Themed({ children }: { children: ReactNode }) {
  const styles = useStyles();
  const { preferences } = usePreferences();
  const isDark = useIsDark(preferences);
  return (
    <FluentProvider theme={isDark ? webDarkTheme : webLightTheme}>
      <StringsProvider language={preferences.language}>
        {/* The provider's own class goes to each tooltip and flyout as well: there it would cover the page. */}
        <div className={styles.whole}>{children}</div>
        <Toaster toasterId={TOASTER} position="top-end" />
      </StringsProvider>
    </FluentProvider>
  );
}

/** The pages for who is signed in, else the way in. */
function Entrance() {
  const who = useWho();
  if (who.isPending) return <Waiting />;
  if (who.data === undefined) return <ProblemBar error={who.error} onRetry={() => void who.refetch()} />;
  if (who.data === null) return <Suspense>{<SignIn />}</Suspense>;
  if (who.data.mustChangePassword) return <Suspense>{<ChoosePassword />}</Suspense>;
  return (
    <SessionProvider who={who.data}>
      <OrganizationProvider>
        <RouterProvider router={router} />
      </OrganizationProvider>
    </SessionProvider>
  );
}
