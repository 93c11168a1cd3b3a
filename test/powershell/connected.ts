// A guard's API on a real socket, over a small world whose clock stands still, and PowerShell sessions that work on it.
import { startApi } from '../../src/api/start.ts';
import type { Entity } from '../../src/attribution/entity.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import type { Figures } from '../../src/restrictions/restriction.ts';
import { type ApiWorld, anApiWorld, EVIDENCE } from '../api-world.ts';
import { type Engine, PowerShell, type Shown } from './powershell.ts';

export class Connected {
  readonly world: ApiWorld;
  readonly url: string;
  readonly #closeApi: () => Promise<void>;
  #powershell: PowerShell;

  static async open(engine: Engine): Promise<Connected> {
    const world = await anApiWorld();
    const api = await startApi({ http: { ...defaultConfig().http, port: 0 }, ports: world.ports });
    return new Connected(world, api.url, () => api.close(), PowerShell.start(engine));
  }

  private constructor(world: ApiWorld, url: string, closeApi: () => Promise<void>, powershell: PowerShell) {
    this.world = world;
    this.url = url;
    this.#closeApi = closeApi;
    this.#powershell = powershell;
  }

  run(line: string, ...answers: readonly string[]): Promise<Shown> {
    return this.#powershell.run(line, ...answers);
  }

  lines(line: string, ...answers: readonly string[]): Promise<readonly string[]> {
    return this.#powershell.lines(line, ...answers);
  }

  reset(): Promise<void> {
    return this.#powershell.reset();
  }

  /** A new session, connected to `ours` with the token of that role, in which nothing went wrong yet. */
  async as(who: 'provider' | 'ours' | 'security' | 'reader'): Promise<void> {
    await this.reset();
    const { output } = await this.run(
      `Connect-Cordon -Uri ${this.url} -Token ${this.world.secrets[who]} -Organization Ours`,
    );
    if (output !== '') throw new Error(output);
  }

  /** As the guard does it itself; `figures`: what it had counted. */
  async block(entity: Entity = this.ourConnector, figures?: Figures): Promise<void> {
    const { restrictions } = this.world.ports;
    const order = { cause: 'detection', reason: 'spam', by: 'Cordon', evidence: EVIDENCE, isOwn: true } as const;
    await restrictions.restrict({ entity, figures, ...order }).settled;
  }

  get ourConnector(): Entity {
    return { ...this.world.ourConnector, kind: 'connector' };
  }

  isBlocked(): boolean {
    return this.world.ports.restrictions.active.get(this.world.ourConnector.id) !== undefined;
  }

  /** Parameters of the audit records of an operation, newest first. */
  async audited(operation: string): Promise<readonly unknown[]> {
    const records = await this.world.store.audit.list({ limit: 1_000 });
    return records.filter((record) => record.operation === operation).map(({ parameters }) => parameters);
  }

  async close(): Promise<void> {
    await this.#powershell.stop();
    await this.#closeApi();
    await this.world.close();
  }
}
