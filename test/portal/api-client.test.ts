// The portal's client is generated from the API's own OpenAPI document: `-u` renews it after the API has changed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildApi } from '../../src/api/build.ts';
import { anApiWorld } from '../api-world.ts';

const GENERATOR = join(import.meta.dirname, '../../tools/node_modules/.bin/openapi-typescript');
const SCHEMA = '../../portal/src/api/schema.d.ts';

test('the types of the portal’s client are those of the API', async () => {
  const world = await anApiWorld();
  const folder = mkdtempSync(join(tmpdir(), 'cordon-openapi-'));
  try {
    const app = await buildApi(world.ports);
    const [document, types] = [join(folder, 'openapi.json'), join(folder, 'schema.d.ts')];
    // The version of Cordon is no part of the types.
    writeFileSync(document, JSON.stringify(app.swagger()));
    await app.close();
    const run = spawnSync(GENERATOR, [document, '-o', types], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    await expect(readFileSync(types, 'utf8')).toMatchFileSnapshot(SCHEMA);
  } finally {
    rmSync(folder, { recursive: true });
    await world.close();
  }
});
