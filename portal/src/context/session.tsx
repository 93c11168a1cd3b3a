// Who is signed in and what he may do, for all pages behind the sign-in.
import { createContext, type ReactNode, use } from 'react';
import type { Who } from '../api/session.ts';

const WhoContext = createContext<Who | undefined>(undefined);

export function SessionProvider({ who, children }: { who: Who; children: ReactNode }) {
  return <WhoContext value={who}>{children}</WhoContext>;
}

export function useSession(): Who {
  return use(WhoContext)!;
}

/** May he do this now? `action`: as in docs/roles.md. The guard asks again; this only keeps buttons from promising what it would refuse. */
export function useMay(action: string): boolean {
  return useSession().actions.includes(action);
}
