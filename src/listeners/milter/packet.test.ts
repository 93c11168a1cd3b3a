import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LARGEST_PACKET, type Packet, PacketReader } from './packet.ts';
import { packet } from './write-answer.ts';

/** Every packet that comes of these chunks, with the payload copied as a session would. */
function readAll(reader: PacketReader, chunks: readonly Buffer[]): Packet[] {
  const packets: Packet[] = [];
  for (const chunk of chunks) {
    // What the reader was given may be overwritten as soon as it has been read.
    const given = Buffer.from(chunk);
    reader.push(given);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      packets.push({ command: next.command, payload: Buffer.from(next.payload) });
    }
    if (!reader.isInPacket) given.fill(0xff);
  }
  return packets;
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

describe('packets', () => {
  const anyPacket = fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 300 }));
  const cuts = fc.array(fc.nat(), { maxLength: 30 });

  test('come out as they went in, wherever the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 20 }), cuts, (packets, at) => {
        const bytes = Buffer.concat(packets.map(([c, p]) => packet(String.fromCharCode(c), Buffer.from(p))));
        const reader = new PacketReader();
        expect(readAll(reader, split(bytes, at))).toEqual(
          packets.map(([command, payload]) => ({ command, payload: Buffer.from(payload) })),
        );
        expect(reader.isInPacket).toBe(false);
        expect(reader.malformed).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('of any bytes, cut anywhere, are the same as of these bytes at once', () => {
    // Small lengths now and then, so that some of the noise is a packet.
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom([0, 0, 0, 2, 65, 66], [0, 0, 0, 0], [0, 1]),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 20 }), cuts, (pieces, at) => {
        const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
        const whole = new PacketReader();
        const inPieces = new PacketReader();
        expect(readAll(inPieces, split(bytes, at))).toEqual(readAll(whole, [bytes]));
        expect(inPieces.malformed).toBe(whole.malformed);
      }),
      { numRuns: 3000 },
    );
  });

  test('of the largest size are read from the smallest pieces', () => {
    const large = packet('B', Buffer.alloc(LARGEST_PACKET - 1, 'x'));
    const reader = new PacketReader();
    const pieces = split(
      large,
      Array.from({ length: 20_000 }, (_, i) => i * 50),
    );
    const packets = readAll(reader, pieces);
    expect(packets).toHaveLength(1);
    expect(packets[0]!.payload.equals(Buffer.alloc(LARGEST_PACKET - 1, 'x'))).toBe(true);
  });
});

describe('what is no packet', () => {
  test.each([
    ['an empty one', 0],
    ['one byte more than the largest', LARGEST_PACKET + 1],
    ['10 MB', 10_000_000],
    ['a sign bit', 0xffffffff],
  ])('%s ends the reading at its length, before its bytes come', (_, length) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    const reader = new PacketReader();
    reader.push(Buffer.concat([packet('A', Buffer.alloc(0)), head]));
    expect(reader.next()?.command).toBe(0x41);
    expect(reader.next()).toBeUndefined();
    expect(reader.malformed).toMatch(length === 0 ? /without a command/ : /bytes/);
    reader.push(packet('A', Buffer.alloc(0)));
    expect(reader.next()).toBeUndefined();
  });

  test('half a packet is told from none', () => {
    const reader = new PacketReader();
    expect(reader.isInPacket).toBe(false);
    reader.push(Buffer.from([0, 0]));
    expect(reader.isInPacket).toBe(true);
    reader.push(Buffer.from([0, 1, 0x41]));
    expect(reader.next()?.command).toBe(0x41);
    expect(reader.isInPacket).toBe(false);
  });
});
