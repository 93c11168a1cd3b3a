// The only way to the guard: its REST API, with the types that are generated from its OpenAPI document.
import createClient from 'openapi-fetch';
import { problemOf } from './problem.ts';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];

/** Same origin: the session's cookie goes along, and nothing else does. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

/** What was answered. Rejects with an `ApiProblem`: also where nobody answered, or what answered is not Cordon. */
export async function answer<T>(asked: Promise<{ data?: T }>): Promise<T> {
  const { data } = await asked;
  return data as T;
}
