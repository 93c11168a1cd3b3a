import { describe, expect, it } from 'vitest';
import { Clusters, MOST_CLUSTERS } from './clusters.ts';
import { mix32 } from './hash.ts';

const DAY = 1_440;
const NOW = 20_000 * DAY;
/** Text `n`, of which `changed` of the 16 values differ. */
const text = (n: number, changed = 0): Int32Array =>
  Int32Array.from({ length: 16 }, (_, i) => mix32(1_000 * n + i + (i < changed ? 500_000 : 0)));

function count(clusters: Clusters, sketch: Int32Array, minute = NOW, newRecipients = 1, ageing = true): number {
  return clusters.count(clusters.look(sketch, newRecipients, minute), sketch, newRecipients, minute, ageing);
}

describe('a cluster', () => {
  it('takes texts with 8 of 16 equal values, and no others', () => {
    const clusters = new Clusters();
    count(clusters, text(1));
    expect(clusters.look(text(1, 8), 1, NOW)).toMatchObject({ index: 0, messages: 2 });
    expect(clusters.look(text(1, 9), 1, NOW)).toMatchObject({ index: -1, messages: 1 });
  });

  it('is the most similar one where two would do', () => {
    const clusters = new Clusters();
    count(clusters, text(1, 9));
    count(clusters, text(1));
    expect(clusters.look(text(1, 3), 0, NOW).index).toBe(1);
  });

  it('counts messages and their new recipients', () => {
    const clusters = new Clusters();
    count(clusters, text(1), NOW, 4);
    count(clusters, text(1), NOW, 0);
    expect(clusters.look(text(1), 2, NOW)).toMatchObject({ messages: 3, newPerMessage: 2 });
  });

  it('is known on its third day', () => {
    const clusters = new Clusters();
    for (const day of [0, 0, 1]) count(clusters, text(1), NOW + day * DAY);
    expect(clusters.look(text(1), 0, NOW + 1 * DAY).known).toBe(false);
    expect(clusters.look(text(1), 0, NOW + 2 * DAY).known).toBe(true);
  });

  it('is known after three days although seen only twice', () => {
    const clusters = new Clusters();
    count(clusters, text(1), NOW);
    expect(clusters.look(text(1), 0, NOW + 3 * DAY).known).toBe(false);
    expect(clusters.look(text(1), 0, NOW + 3 * DAY + 1).known).toBe(true);
  });

  it('does not become known by messages from which nothing may be learnt', () => {
    const clusters = new Clusters();
    for (let day = 0; day < 6; day++) count(clusters, text(1), NOW + day * DAY, 1, false);
    expect(clusters.look(text(1), 0, NOW + 6 * DAY).known).toBe(false);
  });

  it('is known when an admin says so', () => {
    const clusters = new Clusters();
    const serial = count(clusters, text(1));
    expect(clusters.makeKnown(serial)).toBe(true);
    expect(clusters.look(text(1), 0, NOW).known).toBe(true);
    expect(clusters.makeKnown(serial + 1)).toBe(false);
  });

  it('begun while the clock was a year ahead becomes known by its days, not sooner', () => {
    const clusters = new Clusters();
    count(clusters, text(1), NOW + 365 * DAY);
    for (const day of [0, 1]) count(clusters, text(1), NOW + day * DAY);
    expect(clusters.look(text(1), 0, NOW + DAY).known).toBe(false);
    expect(clusters.look(text(1), 0, NOW + 2 * DAY).known).toBe(true);
  });
});

describe('a full table', () => {
  const full = () => {
    const clusters = new Clusters();
    for (let n = 0; n < MOST_CLUSTERS; n++) count(clusters, text(n));
    return clusters;
  };

  it('keeps the new cluster: it counts as used now', () => {
    const clusters = full();
    count(clusters, text(100));
    expect(clusters.look(text(100), 1, NOW)).toMatchObject({ messages: 2 });
    count(clusters, text(101));
    expect(clusters.look(text(100), 1, NOW)).toMatchObject({ messages: 2 });
    expect(clusters.size).toBe(MOST_CLUSTERS);
  });

  it('gives up the one unused for longest, not the oldest', () => {
    const clusters = full();
    count(clusters, text(0));
    count(clusters, text(100));
    expect(clusters.look(text(0), 1, NOW).index).not.toBe(-1);
    expect(clusters.look(text(1), 1, NOW).index).toBe(-1);
  });

  it('does not mistake the newcomer for the one whose place it has', () => {
    const clusters = full();
    const gone = clusters.look(text(0), 1, NOW).serial;
    count(clusters, text(100));
    expect(clusters.makeKnown(gone)).toBe(false);
  });
});
