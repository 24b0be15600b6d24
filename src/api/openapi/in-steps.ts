// Texts and hashes of large documents, a part at a time. Called by v2.ts and v3.ts.
import { createHash } from 'node:crypto';
import type { Steps } from '../../kit/clock.ts';

const NONE: ReadonlySet<string> = new Set();

/** The JSON of an object, a member at a time. Members that are named in `large` are objects whose own members are a step each. */
export function* jsonInSteps(
  object: Readonly<Record<string, unknown>>,
  large: ReadonlySet<string> = NONE,
): Steps<Buffer> {
  const parts: Buffer[] = [];
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    const start = `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (large.has(key))
      parts.push(Buffer.from(start), yield* jsonInSteps(value as Readonly<Record<string, unknown>>, large));
    else parts.push(Buffer.from(start + JSON.stringify(value)));
    yield;
  }
  parts.push(Buffer.from(before === '{' ? '{}' : '}'));
  return Buffer.concat(parts);
}

/** Hashing this many bytes takes a millisecond or two. */
const HASHED = 512 * 1024;

export function* hashInSteps(bytes: Buffer): Steps<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += HASHED) {
    hash.update(bytes.subarray(from, from + HASHED));
    yield;
  }
  return hash.digest('hex').toUpperCase();
}
