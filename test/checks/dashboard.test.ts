// docs/grafana/cordon.json draws exactly the metrics that the guard has, with labels that they have, and is a dashboard that Grafana loads.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildApi } from '../../src/api/build.ts';
import { anApiWorld } from '../api-world.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

const gridPos = z.strictObject({
  h: z.number().int().min(1),
  w: z.number().int().min(1).max(24),
  x: z.number().int().min(0).max(23),
  y: z.number().int().min(0),
});
const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('\u0024{datasource}') });
const row = z.looseObject({ id: z.number().int(), type: z.literal('row'), title: z.string().min(1), gridPos });
const panel = z.looseObject({
  id: z.number().int(),
  type: z.enum(['stat', 'timeseries']),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos,
  targets: z
    .array(
      z.looseObject({
        refId: z.string().regex(/^[A-D]$/),
        expr: z.string().min(1),
        legendFormat: z.string(),
        datasource,
      }),
    )
    .min(1),
});
const dashboardSchema = z.looseObject({
  uid: z.string().min(1).max(40),
  title: z.string().min(1),
  schemaVersion: z.number().int().min(36),
  templating: z.looseObject({
    list: z.array(z.looseObject({ name: z.literal('datasource'), type: z.literal('datasource') })),
  }),
  panels: z.array(z.discriminatedUnion('type', [row, panel])),
});

const dashboard = dashboardSchema.parse(JSON.parse(read('grafana/cordon.json')));
const drawn = dashboard.panels.filter((each): each is z.output<typeof panel> => each.type !== 'row');
const expressions = drawn.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** Every metric of ours with the labels that its samples have. */
async function metricsOfTheGuard(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const world = await anApiWorld();
  world.ports.counters.alertRaised('Suspicious connector activity', 'High');
  const app = await buildApi({
    ...world.ports,
    filterAnswers: () => ({ spam: 1 }),
    mailLogAnswers: () => ({ joined: 1 }),
  });
  try {
    const { body } = await app.inject({ method: 'GET', url: '/metrics' });
    const names = [...body.matchAll(/^# TYPE (cordon_\w+) /gm)].map(([, name]) => name!);
    const labels = (name: string) =>
      [...body.matchAll(new RegExp(`^${name}\\{(.*)\\} `, 'gm'))].flatMap(([, text]) =>
        [...text!.matchAll(/(\w+)="/g)].map(([, label]) => label!),
      );
    return new Map(names.map((name) => [name, new Set(labels(name))]));
  } finally {
    await app.close();
    await world.close();
  }
}

test('the dashboard draws every metric of ours and no other, by labels that they have', async () => {
  const metrics = await metricsOfTheGuard();
  const used = expressions.flatMap((text) => [...text.matchAll(/cordon_\w+/g)].map(([name]) => name));
  expect([...new Set(used)].sort()).toEqual([...metrics.keys()].sort());
  for (const text of expressions) {
    const [, metric, matchers = ''] = /(cordon_\w+)(?:\{(.*?)\})?/.exec(text)!;
    const grouped = /by \((.*?)\)/.exec(text)?.[1]?.split(', ') ?? [];
    const matched = [...matchers.matchAll(/(\w+)=/g)].map(([, label]) => label!);
    for (const label of [...grouped, ...matched])
      expect([text, [...metrics.get(metric!)!]]).toEqual([text, expect.arrayContaining([label])]);
  }
});

test('counters are drawn as rates, gauges as they are; legends name the labels', () => {
  for (const { targets } of drawn) {
    for (const { expr, legendFormat } of targets) {
      expect(expr).toMatch(/_total/.test(expr) ? /(rate|increase)\(cordon_\w+_total/ : /^sum\(cordon_\w+\)$/);
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
      expect(named.sort()).toEqual((/by \((.*?)\)/.exec(expr)?.[1]?.split(', ') ?? []).sort());
    }
  }
});

test('panels have ids of their own and do not lie on each other', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const {
    gridPos: { x, w },
  } of panels)
    expect(x + w).toBeLessThanOrEqual(24);
});

test('docs/monitoring.md explains every metric', async () => {
  const told = [...read('monitoring.md').matchAll(/^\| `(cordon_\w+)`/gm)].map(([, name]) => name!);
  expect(told.sort()).toEqual([...(await metricsOfTheGuard()).keys()].sort());
});
