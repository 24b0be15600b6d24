// What a manifest may be made of, found before it is parsed: 4 MiB of brackets alone would hold the event loop for a second. Pure.

/** Values within values. */
const DEEPEST = 32;
/** Commas, colons and brackets outside of texts: a descriptor has about eight. */
const MOST_TOKENS = 20_000;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const BETWEEN = new Set([0x2c, 0x3a]);

/** Whether parsing it takes a few milliseconds at most. Says nothing about whether it is JSON. */
export function isModest(data: Uint8Array): boolean {
  let [depth, tokens] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const byte = data[i]!;
    if (byte === QUOTE) i = endOfText(data, i);
    else if (OPENING.has(byte)) {
      tokens++;
      if (++depth > DEEPEST) return false;
    } else if (CLOSING.has(byte)) depth--;
    else if (BETWEEN.has(byte)) tokens++;
    if (tokens > MOST_TOKENS) return false;
  }
  return true;
}

/** The quote that no odd number of backslashes precedes. */
function endOfText(data: Uint8Array, start: number): number {
  for (let from = start + 1; ; ) {
    const end = data.indexOf(QUOTE, from);
    if (end < 0) return data.length;
    let slashes = 0;
    while (end - 1 - slashes >= from && data[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}
