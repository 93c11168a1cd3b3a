// Test support: a server on loopback that hears bytes and says what its test scripted.
import { createServer, type Server, type Socket } from 'node:net';

export interface ScriptedServer {
  readonly port: number;
  /** What each connection has said so far. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** `answer` is called once a connection has said something that ends with `end`. */
export async function startScriptedServer(end: string, answer: (socket: Socket) => void): Promise<ScriptedServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = heard.push('') - 1;
    sockets.add(socket);
    socket.setEncoding('latin1').on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (piece) => {
      const said = `${heard[index]}${piece}`;
      heard[index] = said;
      if (said.endsWith(end)) answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    heard,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
