// `cordon replay`: the real detector over a file, with its progress and its report. Wired here because the command line may
// know neither the detection room nor how a mail log is read.
import { writeFile } from 'node:fs/promises';
import type { ReplayOptions } from './cli/command-line.ts';
import { type ReplayItem, replay } from './detection/replay.ts';
import { describeReport } from './detection/replay-report.ts';
import { type ReadProgress, readLines, type TraceMessage } from './detection/trace-reader.ts';
import { CordonError } from './errors.ts';
import type { LoggedMessage } from './feedback/postfix-log/history.ts';
import { readHistory } from './feedback/postfix-log/read-history.ts';
import { normalizeDomain } from './mail/address.ts';

/** Ends early, with a report of what was read, at SIGINT. Resolves to the exit status; rejects with TRACE_INVALID, TRACE_UNREADABLE. */
export async function runReplay(options: ReplayOptions): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    const { threshold, armed } = options;
    const report = await replay({
      trace: options.files.join(' '),
      items: options.format === 'postfix-log' ? (onProgress) => logItems(options, onProgress) : undefined,
      verdicts: options.verdicts,
      decisions: options.decisions,
      without: options.without,
      blockHours: options.blockHours,
      settings: { ...(threshold === undefined ? {} : { threshold }), ...(armed === undefined ? {} : { armed }) },
      onProgress: ({ bytesRead, bytes }) => options.onProgress(bytesRead, bytes),
      signal: interrupt.signal,
    });
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    options.print(describeReport(report));
    return interrupt.signal.aborted ? 1 : 0;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** The messages of mail logs, oldest file first. Each login is taken for a user, each other client's address for a connector. */
async function* logItems(
  { files, acceptedDomains, now }: ReplayOptions,
  onProgress: (progress: ReadProgress) => void,
): AsyncGenerator<readonly ReplayItem[]> {
  const lines = linesOf(files, onProgress);
  const history = readHistory(lines, { acceptedDomains: new Set(acceptedDomains.map(normalizeDomain)), now: now() });
  let found = 0;
  for await (const items of history) {
    found += items.length;
    yield items.map((item) =>
      item.kind === 'message' ? { kind: 'message', message: asTrace(item) } : { ...item, index: item.id },
    );
  }
  if (found > 0) return;
  throw new CordonError('TRACE_INVALID', `${files.join(' ')}: no message of a Postfix log in it`);
}

async function* linesOf(files: readonly string[], onProgress: (progress: ReadProgress) => void) {
  let before = 0;
  for (const file of files) {
    let bytes = 0;
    yield* readLines(file, (progress) => {
      bytes = progress.bytes;
      onProgress({ bytesRead: before + progress.bytesRead, bytes: before + progress.bytes });
    });
    before += bytes;
  }
}

function asTrace(message: LoggedMessage): TraceMessage {
  const { id, queueId, saslUsername, clientAddress } = message;
  return {
    index: id,
    name: queueId || `of ${clientAddress}`,
    at: message.at,
    connector: saslUsername === undefined ? clientAddress : undefined,
    user: saslUsername,
    clientAddress,
    envelopeSender: message.envelopeSender,
    headerFrom: '',
    recipients: message.recipients,
    subject: '',
    textHead: '',
    messageBytes: message.messageBytes,
  };
}
