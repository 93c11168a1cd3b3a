// A database thread that dies takes nobody with it.
import { expect, test } from 'vitest';
import { DatabaseThread } from './thread.ts';

const MORTAL = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (call) => {
      if (call === 'close') return parentPort.close();
      if (call.request === 'die') throw new Error('out of memory');
      if (call.request === 'hang') return;
      parentPort.postMessage([{ id: call.id, value: call.request }]);
    });
  `)}`,
);

test('a thread that dies fails everything it was asked, and starts again at the next call', async () => {
  const thread = new DatabaseThread<string>(MORTAL, 'cordon.db', {});
  expect(await thread.call('one')).toBe('one');
  const hanging = thread.call('hang');
  const dying = thread.call('die');
  await expect(hanging).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'cordon.db: out of memory' });
  await expect(dying).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await thread.call('two')).toBe('two');
  await thread.close();
});

test('a closed thread answers what came before and refuses what comes after', async () => {
  const thread = new DatabaseThread<string>(MORTAL, 'cordon.db', {});
  const before = thread.call('one');
  await thread.close();
  expect(await before).toBe('one');
  await expect(thread.call('two')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('closing a thread that was never asked anything, or twice, is harmless', async () => {
  const thread = new DatabaseThread<string>(MORTAL, 'cordon.db', {});
  await thread.close();
  await thread.close();
});
