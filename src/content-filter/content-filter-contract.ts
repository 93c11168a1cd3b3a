// What every filter promises, whatever protocol it speaks: its word, or nothing; never a rejection, and never after the budget.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FilterAddress } from './address.ts';
import type { Envelope, FilterProtocol } from './content-filter.ts';
import { type FilterCounts, GuardedFilter } from './guarded-filter.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** One protocol, and the bytes of its replies. */
export interface FilterDriver {
  readonly title: string;
  open(address: FilterAddress): FilterProtocol;
  readonly spam: string;
  readonly ham: string;
  /** Well-formed, and says that something went wrong. */
  readonly error: string;
}

const MESSAGE = 'From: anna@contoso.example\r\nSubject: caf\xc3\xa9\r\n\r\nDear Bob\r\n\x00\xff.\r\n';
const ENVELOPE: Envelope = {
  client: { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 4_711, heloName: 'printer' },
  envelopeSender: 'anna@contoso.example',
  recipients: ['bob@far.example'],
};

export function contentFilterContract(driver: FilterDriver): void {
  describe(`${driver.title} keeps the contract of a content filter`, () => {
    let server: ScriptedServer | undefined;
    let endBudget = (): void => {};
    afterEach(async () => {
      await server?.close();
      server = undefined;
    });

    function guarded(port: number): GuardedFilter {
      return new GuardedFilter({
        protocol: driver.open({ host: '127.0.0.1', port }),
        budgetMilliseconds: 500,
        maximumBytes: 1_000,
        now: () => 0,
        setTimer: (act) => {
          endBudget = act;
          return () => {};
        },
        onOpened: () => {},
        onClosed: () => {},
      });
    }

    function ask(filter: GuardedFilter, envelope = ENVELOPE): Promise<boolean | undefined> {
      const copy = filter.begin('plain');
      copy.write(Buffer.from(MESSAGE, 'latin1'));
      return filter.word(copy, envelope);
    }

    async function serve(answer: (socket: Socket) => void): Promise<GuardedFilter> {
      server = await startScriptedServer(MESSAGE.slice(-12), answer);
      return guarded(server.port);
    }

    /** Its word, and what it was counted as. */
    async function wordFrom(answer: (socket: Socket) => void): Promise<[boolean | undefined, string[]]> {
      const filter = await serve(answer);
      const word = await ask(filter);
      return [word, countedAs(filter)];
    }

    test('spam is true, ham is false', async () => {
      expect(await wordFrom((socket) => socket.end(driver.spam))).toEqual([true, ['spam']]);
      await server?.close();
      expect(await wordFrom((socket) => socket.end(driver.ham))).toEqual([false, ['ham']]);
    });

    test('a reply may come byte by byte', async () => {
      const trickle = async (socket: Socket): Promise<void> => {
        for (const byte of driver.spam) await new Promise((resolve) => socket.write(byte, resolve));
        socket.end();
      };
      expect(await wordFrom(trickle)).toEqual([true, ['spam']]);
    });

    test('the filter gets the message byte for byte', async () => {
      const filter = await serve((socket) => socket.end(driver.ham));
      await ask(filter);
      expect(server?.heard).toHaveLength(1);
      expect(server?.heard[0]?.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe(MESSAGE);
    });

    test('nobody listens: nothing', async () => {
      const filter = await serve(() => {});
      await server?.close();
      expect(await ask(filter)).toBeUndefined();
      expect(countedAs(filter)).toEqual(['unreachable']);
    });

    test.each([
      ['nonsense', 'HELO\r\n\r\n\x00\xff\r\n\r\n'],
      ['an error of its own', driver.error],
      ['half a reply', driver.spam.slice(0, driver.spam.length / 2)],
      ['a hang-up', ''],
    ])('%s: nothing', async (_what, reply) => {
      const [word, counted] = await wordFrom((socket) => socket.end(reply, 'latin1'));
      expect(word).toBeUndefined();
      expect(['unreadable', 'unreachable']).toContain(counted[0]);
    });

    test('a reply without end: nothing, and no more of it is read', async () => {
      const [head = ''] = driver.spam.split('\r\n');
      const flood = (socket: Socket): void => {
        socket.write(`${head}\r\n`);
        const more = (): void => {
          while (!socket.destroyed && socket.write('x'.repeat(65_536)));
        };
        socket.on('drain', more);
        more();
      };
      expect((await wordFrom(flood))[0]).toBeUndefined();
    });

    test('silence: nothing, at the end of the budget, and the connection is given up', async () => {
      const asked = Promise.withResolvers<Socket>();
      const filter = await serve((socket) => asked.resolve(socket));
      const word = ask(filter);
      const socket = await asked.promise;
      endBudget();
      expect(await word).toBeUndefined();
      expect(countedAs(filter)).toEqual(['timeout']);
      // Who writes to nobody hears of it. (An empty line is no reply yet in either protocol.)
      const isGivenUp = (): boolean => {
        socket.write('\n');
        return socket.destroyed;
      };
      await expect.poll(isGivenUp, { timeout: 5_000 }).toBe(true);
    });

    test('a word that comes too late is nothing', async () => {
      const asked = Promise.withResolvers<Socket>();
      const filter = await serve((socket) => asked.resolve(socket));
      const word = ask(filter);
      const socket = await asked.promise;
      endBudget();
      socket.end(driver.spam);
      expect(await word).toBeUndefined();
      expect(countedAs(filter)).toEqual(['timeout']);
    });

    test('what a client says of itself cannot end the question and begin another', async () => {
      const evil = 'x\r\n\r\nGET / HTTP/1.1\r\nUser: root\u0000\u20ac';
      const filter = await serve((socket) => socket.end(driver.ham));
      const client = { ...ENVELOPE.client, heloName: evil, clientName: evil, saslUsername: evil };
      const envelope: Envelope = { client, envelopeSender: evil, recipients: [evil, evil], queueId: evil };
      expect(await ask(filter, envelope)).toBe(false);
      const head = server!.heard[0]!.split('\r\n\r\n')[0]!;
      expect(head).not.toMatch(/^(GET|User: root)/m);
      expect(server!.heard[0]).toBe(`${head}\r\n\r\n${MESSAGE}`);
    });
  });
}

function countedAs({ counts }: { readonly counts: FilterCounts }): string[] {
  return Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [name] : []));
}
