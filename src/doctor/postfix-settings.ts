// Postfix's settings as its own postconf(1) tells them: each smtpd service of master.cf with what is in force there.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What is in force: an option of master.cf before main.cf before Postfix's default. '' for what Postfix does not know. */
export type Settings = (name: string) => string;

/** One line of master.cf where smtpd(8) takes mail. */
export interface SmtpService {
  /** As master.cf and `postconf -P` call it: `submission/inet`. */
  readonly name: string;
  /** Where a client on this host reaches it. */
  readonly host: string;
  readonly port: number;
  readonly settings: Settings;
  /** Names that master.cf sets for it alone. */
  readonly own: ReadonlySet<string>;
}

export interface PostfixSettings {
  readonly main: Settings;
  /** Every name that main.cf or Postfix's defaults know, with its value. */
  readonly all: ReadonlyMap<string, string>;
  readonly services: readonly SmtpService[];
}

/** `directory` undefined: Postfix's default. Rejects where there is no Postfix, or where it cannot read its own files. */
export async function readPostfix(directory: string | undefined): Promise<PostfixSettings> {
  const all = new Map((await postconf(directory, '-x')).map(readPair));
  const main: Settings = (name) => all.get(name) ?? '';
  const own = readOwn(await postconf(directory, '-Px'));
  const lines = (await postconf(directory, '-M')).map((line) => line.split(/\s+/));
  return { main, all, services: servicesOf(lines, main, own) };
}

/** sbin is not in every PATH. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;

async function postconf(directory: string | undefined, option: string): Promise<string[]> {
  const where = directory === undefined ? [] : ['-c', directory];
  const run = promisify(execFile)('postconf', [...where, option], {
    env: { ...process.env, PATH },
    maxBuffer: 16_777_216,
  });
  return (await run).stdout.split('\n').filter((line) => line.trim() !== '');
}

/** `name = value`; a value may contain `=`. */
function readPair(line: string): [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
}

/** By service; the names are `submission/inet/smtpd_milters`. */
function readOwn(lines: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const services = new Map<string, Map<string, string>>();
  for (const [path, value] of lines.map(readPair)) {
    const slash = path.lastIndexOf('/');
    const service = path.slice(0, slash);
    const settings = services.get(service) ?? new Map<string, string>();
    services.set(service, settings.set(path.slice(slash + 1), value));
  }
  return services;
}

/** Columns of master(5): name, type, private, unprivileged, chroot, wakeup, limit, program. */
function servicesOf(
  lines: readonly (readonly string[])[],
  main: Settings,
  own: ReadonlyMap<string, ReadonlyMap<string, string>>,
): SmtpService[] {
  const postscreen = lines.find(([, type, , , , , , program]) => type === 'inet' && program === 'postscreen')?.[0];
  return lines.flatMap(([listen = '', type, , , , , , program]) => {
    // postscreen(8) hands its clients to the smtpd of type `pass`.
    const at = type === 'inet' ? listen : type === 'pass' ? postscreen : undefined;
    if (program !== 'smtpd' || at === undefined) return [];
    const name = `${listen}/${type}`;
    const options = own.get(name) ?? new Map<string, string>();
    const settings: Settings = (setting) => options.get(setting) ?? main(setting);
    return [{ name, ...addressOf(at, main), settings, own: new Set(options.keys()) }];
  });
}

/** The names of services(5) that Postfix's own master.cf uses. */
const PORTS: Readonly<Record<string, number>> = { smtp: 25, submission: 587, submissions: 465, smtps: 465 };

function addressOf(listen: string, main: Settings): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  const service = listen.slice(colon + 1);
  const host = colon === -1 ? '' : listen.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? loopbackOf(main) : host, port: PORTS[service] ?? Number(service) };
}

function loopbackOf(main: Settings): string {
  const [first = 'all', ...others] = main('inet_interfaces').split(/[\s,]+/);
  const names = [first, ...others];
  if (main('inet_protocols') === 'ipv6') return '::1';
  return ['all', 'loopback-only', 'localhost', '127.0.0.1'].some((name) => names.includes(name)) ? '127.0.0.1' : first;
}

/** Seconds of `5s`, `2m`, `1h`, `1d` or `5` (postconf(5): the unit of the settings that are read here is the second). */
export function secondsOf(text: string): number {
  const [, number, unit = 's'] = /^(\d+)([smhdw]?)$/.exec(text.trim()) ?? [];
  return Number(number) * { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit || 's']!;
}
