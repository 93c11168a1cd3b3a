// Load for a policy server: messages of one recipient, RCPT and then END-OF-MESSAGE with the same instance, on persistent
// connections with one question under way, as smtpd does. Prints one line of JSON. `bench/policy.ts` starts it.
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    pairs: { type: 'string', default: '50000' },
    connections: { type: 'string', default: '20' },
    clients: { type: 'string', default: '1000' },
  },
});
const port = Number(options.port);
const pairs = Number(options.pairs);
const clients = Number(options.clients);

/** Both questions up to the instance, which is new for each message; the rest is the same for all. */
function beforeInstance(i: number): { rcpt: string; end: string } {
  const c = i % clients;
  const head = (stage: string, queueId: string, count: string): string =>
    `request=smtpd_access_policy\nprotocol_state=${stage}\nprotocol_name=ESMTP\nclient_address=10.0.${c >> 8}.${c & 255}\n` +
    `client_name=host-${c}.clients.example\nclient_port=${20_000 + c}\nreverse_client_name=host-${c}.clients.example\n` +
    `server_address=192.0.2.25\nserver_port=25\nhelo_name=host-${c}.clients.example\nsender=sender-${c}@tenant-${c % 97}.example\n` +
    `recipient=rcpt-${i % 5003}@far.example\nrecipient_count=${count}\nqueue_id=${queueId}\ninstance=`;
  return { rcpt: head('RCPT', '', '0'), end: head('END-OF-MESSAGE', `4X${i.toString(36).toUpperCase()}`, '1') };
}
const rest = (size: number): string =>
  `\nsize=${size}\netrn_domain=\nstress=\nsasl_method=\nsasl_username=\nsasl_sender=\nccert_subject=\nccert_issuer=\nccert_fingerprint=\n` +
  'ccert_pubkey_fingerprint=\nencryption_protocol=\nencryption_cipher=\nencryption_keysize=0\npolicy_context=\n\n';
const AFTER_RCPT = rest(0);
const AFTER_END = rest(20_480);
const heads = Array.from({ length: 5003 }, (_, i) => beforeInstance(i));
const run = process.pid.toString(16);

const latencies = new Float64Array(pairs);
const answers = new Map<string, number>();
let started = 0;
let done = 0;

function converse(): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.setEncoding('latin1');
  let text = '';
  let sentAt = 0;
  let number = 0;
  let isEnd = false;
  const ask = (): void => {
    const head = heads[number % heads.length]!;
    const instance = `${run}.65f1c2d3.${number.toString(16)}.0`;
    socket.write(isEnd ? head.end + instance + AFTER_END : head.rcpt + instance + AFTER_RCPT);
  };
  const begin = (): void => {
    if (started >= pairs) return void socket.end();
    number = started++;
    isEnd = false;
    sentAt = performance.now();
    ask();
  };
  socket.on('connect', begin);
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (!text.endsWith('\n\n')) return;
    answers.set(text, (answers.get(text) ?? 0) + 1);
    text = '';
    if (isEnd) {
      latencies[done++] = performance.now() - sentAt;
      begin();
    } else {
      isEnd = true;
      ask();
    }
  });
  return new Promise((resolve, reject) => {
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

const begun = performance.now();
await Promise.all(Array.from({ length: Number(options.connections) }, converse));
const seconds = (performance.now() - begun) / 1_000;
latencies.sort();
const at = (share: number): number => Number(latencies[Math.floor(share * (pairs - 1))]!.toFixed(3));
console.log(
  JSON.stringify({
    requests: done,
    perSecond: Math.round(done / seconds),
    p50ms: at(0.5),
    p99ms: at(0.99),
    answers: Object.fromEntries(answers),
  }),
);
if (done < pairs) process.exitCode = 1;
