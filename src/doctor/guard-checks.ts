// The guard itself: does it run, do its doors answer in their protocols, and can it keep what it knows?
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ApiClient } from '../cli/api-client.ts';
import type { DoctorOptions } from '../cli/command-line.ts';
import { parseListenAddress } from '../config/listen-address.ts';
import type { Config } from '../config/schema.ts';
import { failed, note, ok, reasonOf, type Tell } from './findings.ts';

const PATIENCE_MS = 5_000;

/** The way to the guard, where it answers. */
export async function checkGuard(
  { connect: open, version }: DoctorOptions,
  tell: Tell,
): Promise<ApiClient | undefined> {
  try {
    const api = await open();
    const stats = await api.get<{ version: string }>('/stats');
    if (stats.version === version) tell(ok('guard', `version ${version} answers`));
    else {
      const words = `version ${stats.version} runs, and this is ${version}`;
      tell(note('guard', words, 'systemctl restart cordon'));
    }
    return api;
  } catch (error) {
    const { message, advice = '' } = error as { message: string; advice?: string };
    tell(failed('guard', `${message}. ${advice}`, 'cordon serve'));
    return undefined;
  }
}

export async function checkDataDirectory({ dataDirectory, feedback }: Config, tell: Tell): Promise<void> {
  try {
    await rm(await mkdtemp(join(dataDirectory, 'doctor-')), { recursive: true });
    tell(ok('data directory', `${dataDirectory} can be written`));
  } catch (error) {
    const words = `${dataDirectory} cannot be written (${reasonOf(error)})`;
    tell(failed('data directory', words, `ls -ld ${dataDirectory}; df -h ${dataDirectory}`));
  }
  for (const { file } of feedback.postfixLogs) {
    const isReadable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (isReadable) tell(ok('mail log', `${file} can be read`));
    else tell(failed('mail log', `${file} cannot be read: what became of the mail is not known`, `ls -l ${file}`));
  }
  if (feedback.postfixLogs.length > 0) return;
  tell(
    note(
      'mail log',
      'none is followed: recipients that other servers refuse later are not seen (docs/mta/feedback.md)',
    ),
  );
}

/** Asks both doors something that is no mail. */
export async function checkDoors({ listeners }: Config, tell: Tell): Promise<void> {
  const question = 'request=smtpd_access_policy\nprotocol_state=VRFY\ninstance=doctor\n\n';
  await checkDoor('policy door', listeners.postfixPolicy.listen, Buffer.from(question), /^action=/, tell);
  await checkDoor('milter door', listeners.milter.listen, NEGOTIATION, /^.{4}O/s, tell);
}

/** SMFIC_OPTNEG of version 6, offering nothing. */
const NEGOTIATION = Buffer.from([0, 0, 0, 13, 0x4f, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]);

async function checkDoor(check: string, listen: string, question: Buffer, answer: RegExp, tell: Tell): Promise<void> {
  const address = parseListenAddress(listen);
  if (address === undefined) return tell(note(check, 'is off in cordon.yaml'));
  try {
    const said = await ask(address, question);
    if (!answer.test(said)) throw new Error(`another program answers there: ${JSON.stringify(said.slice(0, 40))}`);
    tell(ok(check, `${listen} answers`));
  } catch (error) {
    tell(failed(check, `${listen} does not answer (${reasonOf(error)})`, 'cordon serve'));
  }
}

/** What comes first. Rejects where nothing does. */
function ask(address: object, question: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: 0, ...address }, () => socket.write(question));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('silent')));
    socket.on('data', (bytes) => {
      resolve(bytes.toString('latin1'));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closes the connection')));
  });
}
