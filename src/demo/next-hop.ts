// The demo's next hop: a small SMTP server that takes every message and counts it, and those to the administrator, and knows no
// user whose name ends in `.gone`. For the demo only; it keeps nothing.
import { createServer, type Server, type Socket } from 'node:net';

export interface DemoNextHop {
  readonly port: number;
  /** Complete messages taken so far. */
  readonly taken: number;
  /** Of these, to the administrator. */
  readonly takenForAdministrator: number;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. RFC 5321, as much of it as the relay's client speaks. */
export async function startNextHop(administrator?: string): Promise<DemoNextHop> {
  const sockets = new Set<Socket>();
  let taken = 0;
  let takenForAdministrator = 0;
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, (recipients) => {
      taken++;
      if (recipients.some((recipient) => recipient === administrator)) takenForAdministrator++;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get taken() {
      return taken;
    },
    get takenForAdministrator() {
      return takenForAdministrator;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const END_OF_DATA = '\r\n.\r\n';

function serve(socket: Socket, onMessage: (recipients: readonly string[]) => void): void {
  let inData = false;
  let recipients: string[] = [];
  let waiting = '';
  const answer = (line: string) => socket.write(`${line}\r\n`);
  answer('220 next-hop.demo.example ESMTP');
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    waiting += chunk;
    for (;;) {
      const end = inData ? waiting.indexOf(END_OF_DATA) : waiting.indexOf('\r\n');
      if (end === -1) {
        // The message itself is of no interest: only what may be part of its end is kept.
        if (inData) waiting = waiting.slice(-END_OF_DATA.length);
        return;
      }
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + (inData ? END_OF_DATA.length : 2));
      if (inData) {
        inData = false;
        onMessage(recipients);
        recipients = [];
        answer('250 2.0.0 Ok');
        continue;
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') {
        inData = true;
        waiting = `\r\n${waiting}`;
        answer('354 Go ahead');
      } else if (verb === 'EHLO')
        socket.write(
          '250-next-hop.demo.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 52428800\r\n',
        );
      else if (verb === 'QUIT') {
        answer('221 2.0.0 Bye');
        socket.end();
        return;
      } else if (verb === 'RCPT' && line.includes('.gone@')) answer('550 5.1.1 No such user');
      else if (verb === 'RCPT') {
        recipients.push(/<(.*?)>/.exec(line)?.[1] ?? '');
        answer('250 2.1.5 Ok');
      } else if (verb === 'MAIL' || verb === 'RSET') {
        recipients = [];
        answer('250 2.0.0 Ok');
      } else answer('250 2.0.0 Ok');
    }
  });
}
