// What the guard says when it refuses (RFC 9457), and what stands for it where nobody answers.
import type { components } from './schema.d.ts';

type Problem = components['schemas']['Problem'];

/** `code` is stable; `advice` says what to do. Status 0: nobody answered. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.code === 'string') return new ApiProblem(problem);
  } catch {
    // A proxy's page: said in words below.
  }
  return new ApiProblem({
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'NOT_CORDON',
    detail: `Something between this page and Cordon answered ${response.status}.`,
    advice: 'Look at the proxy in front of Cordon.',
  });
}

/** Whatever was thrown, as a problem that can be shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'NO_ANSWER',
    detail: error instanceof TypeError ? 'Cordon did not answer.' : String(error),
    advice: 'Is the guard running? The page tries again by itself.',
  };
}
