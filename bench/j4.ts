import { setImmediate as turn } from 'node:timers/promises';
const { rec } = await import('/tmp/exp/rec.mjs' as string);
const N = 100000;
const sab = Buffer.from(new SharedArrayBuffer(16<<20));
const LIM = Number(process.env.LIM ?? 4e6), HOLD = Number(process.env.HOLD ?? 0);
let enc = 0; const t = (f: () => void) => { const a = process.threadCpuUsage(); f(); const c = process.threadCpuUsage(a); enc += c.user + c.system; };
const V: Record<string, () => (r: unknown) => void> = {
  rope() { let s = ''; const held: string[] = []; return (r) => { s += `${JSON.stringify(r)}\n`; if (s.length > LIM) { held.push(s); s = ''; if (held.length > HOLD) { const x = held.shift()!; t(() => sab.write(x, 0)); } } }; },
  lines() { let a: string[] = [], n = 0; const held: string[][] = []; return (r) => { const l = JSON.stringify(r); a.push(l); n += l.length; if (n > LIM) { held.push(a); a = []; n = 0; if (held.length > HOLD) { const x = held.shift()!; t(() => { let o = 0; for (const l of x) { o += sab.utf8Write(l, o); sab[o++] = 10; } }); } } }; },
  chunks() { let a: string[] = [], s = '', n = 0; const held: string[][] = []; return (r) => { s += `${JSON.stringify(r)}\n`; if (s.length > 32768) { n += s.length; a.push(s); s = ''; } if (n > LIM) { held.push(a); a = []; n = 0; if (held.length > HOLD) { const x = held.shift()!; t(() => { let o = 0; for (const l of x) { o += sab.utf8Write(l, o); } }); } } }; },
  direct() { let o = 0; const held: Uint8Array[] = []; return (r) => { o += sab.utf8Write(JSON.stringify(r), o); sab[o++] = 10; if (o > LIM) { t(() => { held.push(new Uint8Array(sab.subarray(0, o))); if (held.length > HOLD) held.shift(); }); o = 0; } }; },
};
const R: Record<string, number[][]> = {};
for (let k = 0; k < 6; k++) for (const v in V) {
  const f = V[v]!(); enc = 0;
  const m = process.threadCpuUsage(), p = process.cpuUsage();
  for (let i = 1; i <= N; i++) { f(rec(false)); if (i % 20 === 0) await turn(); }
  const c = process.threadCpuUsage(m), q = process.cpuUsage(p);
  (R[v] ??= []).push([(c.user + c.system) / N, enc / N, (q.user + q.system) / N]);
}
for (const v in R) { const s = R[v]!.slice(1).sort((a, b) => a[0]! - b[0]!); console.log(v.padEnd(8), 'main', s[2]![0]!.toFixed(2), 'enc', s[2]![1]!.toFixed(2), 'process', s[2]![2]!.toFixed(2)); }
