// Test support: the API over a detector that has seen what the test lets it see.
import { aMessageRecord, type TestApi } from '../../test/api-world.ts';
import type { MessageRecord } from '../activity/record.ts';
import type { Connector } from '../attribution/entity.ts';
import { DEFAULT_SETTINGS } from '../detection/entry.ts';
import { DetectorLog } from '../detector-log.ts';
import { buildApi } from './build.ts';

export interface DetectorInTest {
  /** Judges and journals a message of now. */
  take(connector: Connector, over?: Partial<MessageRecord>): void;
  /** A message of an attack: a text that the content filter calls spam, to three strangers of whom one does not exist. */
  attack(connector: Connector, over?: Partial<MessageRecord>): void;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  get(who: 'provider' | 'ours' | 'reader' | 'theirs', path: string): Promise<{ status: number; body: any }>;
  close(): Promise<void>;
}

export async function aDetectorInTest({ world }: TestApi): Promise<DetectorInTest> {
  const { directory, restrictions: restricted, now } = world.ports;
  const { journal, snapshots } = world.store;
  const log = await DetectorLog.open({
    journal,
    snapshots,
    directory,
    restricted,
    now,
    key: 7,
    tuning: DEFAULT_SETTINGS,
    onSnapshotFailure: () => {},
    onSnapshotWritten: () => {},
  });
  const app = await buildApi({
    ...world.ports,
    suspects: () => log.suspects(),
    standingOf: (id) => log.standingOf(id),
    learntTraffic: (id) => log.learntTraffic(id),
  });
  let made = 0;
  const take: DetectorInTest['take'] = (connector, over) => {
    const message = aMessageRecord(connector, ++made, { at: now(), ...over });
    log.settle(log.weigh(message), message);
  };
  return {
    take,
    attack: (connector, over) =>
      take(connector, {
        recipients: [0, 1, 2].map((k) => {
          return { address: `victim${made}x${k}@far.example`, code: k === 0 ? 550 : 250, relaying: true };
        }),
        spam: true,
        sketch: Array.from({ length: 16 }, (_, i) => i + 1),
        ...over,
      }),
    get: async (who, path) => {
      const headers = { authorization: `Bearer ${world.secrets[who]}` };
      const response = await app.inject({ url: `/api/v1${path}`, headers });
      return { status: response.statusCode, body: response.json() };
    },
    close: async () => {
      await app.close();
      await log.close();
    },
  };
}
