import type { DemoOptions } from '../cli/command-line.ts';

export async function runDemo(_options: DemoOptions): Promise<number> {
  return 1;
}
