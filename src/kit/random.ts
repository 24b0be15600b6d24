// Chance, injected: unguessable by default, repeatable from a seed in tests and the simulation.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  /** A float in [0, 1). */
  float(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** `n` unpredictable bytes (predictable when seeded). */
  bytes(n: number): Buffer;
}

/** Letters and digits that cannot form words; upstream's alphabet for generateName and template hashes. */
export const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A name suffix of `length` characters, as k8s.io/apimachinery util/rand makes it. */
export function nameSuffix(random: Random, length = 5): string {
  let out = '';
  for (let i = 0; i < length; i++) out += SAFE_LETTERS[Math.floor(random.float() * SAFE_LETTERS.length)];
  return out;
}

export const systemRandom: Random = {
  float: () => Math.random(),
  uuid: () => randomUUID(),
  bytes: (n) => randomBytes(n),
};

/** A repeatable Random (mulberry32); never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const float = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const bytes = (n: number) => Buffer.from(Array.from({ length: n }, () => Math.floor(float() * 256)));
  const uuid = () => {
    const b = bytes(16);
    b[6] = (b[6]! & 0x0f) | 0x40;
    b[8] = (b[8]! & 0x3f) | 0x80;
    const h = b.toString('hex');
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  };
  return { float, uuid, bytes };
}
