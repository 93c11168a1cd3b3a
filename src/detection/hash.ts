// Hashes of texts for the detector's memories. Not cryptographic; the key keeps a sender from choosing addresses that collide.

/** Scrambles 32 bits so that each depends on all (the finalizer of MurmurHash3). The result is signed. */
export function mix32(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 32 bits of `text` under `key`, unsigned, never 0: tables use 0 for an empty slot. */
export function hash32(text: string, key: number): number {
  let h = key | 0;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
    h = (h << 15) | (h >>> 17);
  }
  return mix32(h ^ text.length) >>> 0 || 1;
}
