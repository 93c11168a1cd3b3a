import { mkdtempSync, rmSync } from 'node:fs';
const t0 = performance.now();
const { openSqliteStore } = await import('../src/store/sqlite/open.ts');
console.log('import', (performance.now() - t0).toFixed(0));
for (let i = 0; i < 4; i++) {
  const directory = mkdtempSync('/tmp/exp/o');
  for (let k = 0; k < 2; k++) {
    const t = performance.now(), c = process.cpuUsage();
    const store = await openSqliteStore({ directory, log: { info() {} }, onTrouble: console.error, onRecovered() {} });
    const u = process.cpuUsage(c), t2 = performance.now();
    await store.close();
    const v = process.cpuUsage(c);
    console.log(k ? 'again' : 'first', 'open wall', (t2 - t).toFixed(0), 'cpu', ((u.user + u.system) / 1000).toFixed(0), 'close wall', (performance.now() - t2).toFixed(0), 'cpu', ((v.user + v.system - u.user - u.system) / 1000).toFixed(0));
  }
  rmSync(directory, { recursive: true });
}
import { Worker } from 'node:worker_threads';
for (let i = 0; i < 3; i++) { const c = process.cpuUsage(), t = performance.now(); const w = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true, execArgv: [] }); await new Promise((r) => w.once('exit', r)); const u = process.cpuUsage(c); console.log('empty worker wall', (performance.now() - t).toFixed(0), 'cpu', ((u.user + u.system) / 1000).toFixed(0)); }
