// Where a filter listens.

export type FilterAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** For the log: `127.0.0.1:783`, `[::1]:783`, `/run/spamd.sock`. */
export function addressText(address: FilterAddress): string {
  if ('path' in address) return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
