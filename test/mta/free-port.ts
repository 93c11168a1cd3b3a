// A TCP port for a program that cannot be told to choose one itself.
import { createServer } from 'node:net';

/**
 * A port that nobody listens on now. From below the range that the kernel gives to outgoing connections, at random, so that
 * suites that run at once rarely meet; whoever loses the race tries another.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
