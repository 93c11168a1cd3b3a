// Accounts and roles as the guard tells of them, and what follows when one is changed.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';

export type Account = Schemas['Account'];
export type RoleName = Schemas['Role']['role'];
export type AccountChanges = Schemas['AccountChanges'];

export const ROLE_NAMES: readonly RoleName[] = [
  'Global Administrator',
  'Organization Management',
  'Security Administrator',
  'Global Reader',
  'Security Reader',
  'View-Only Organization Management',
  'Provider Administrator',
];
/** Of accounts of no organization only. */
export const PROVIDER_ROLE: RoleName = 'Provider Administrator';

const STALE = ['role-assignments', 'session', 'sessions', 'api-tokens', 'notifications', 'audit-records'];

export function changeAccount(id: string, body: AccountChanges): Promise<Account> {
  return answer(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id } }, body }));
}

export function rolesOf({ roles }: Account): readonly RoleName[] {
  return ROLE_NAMES.filter((role) => roles.includes(role));
}

/** To be called after accounts or their roles were changed. Resolves when the lists are fresh. */
export function useAfterChange(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(STALE.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  }, [queries]);
}
