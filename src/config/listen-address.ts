// Where a listener listens, as cordon.yaml writes it.
import { normalizeIp } from '../mail/ip-address.ts';

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** sun_path of unix(7) holds 108 bytes with its final NUL. */
const SOCKET_PATH = /^unix:(\/[^\0]{1,106})$/;
const HOST_AND_PORT = /^(?:\[(?<bracketed>[0-9a-fA-F:.]+)\]|(?<plain>[0-9.]+)):(?<port>\d{1,5})$/;

/** `127.0.0.1:5712`, `[::1]:5712` or `unix:/absolute/path`; undefined where it is none of them. Port 0 takes any free one. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const path = SOCKET_PATH.exec(text)?.[1];
  if (path !== undefined) return { path };
  const parts = HOST_AND_PORT.exec(text)?.groups;
  const host = normalizeIp(parts?.bracketed ?? parts?.plain ?? '');
  const port = Number(parts?.port);
  return host === undefined || !(port <= 65_535) ? undefined : { host, port };
}
