// Durations as Go writes them: 15.02s, 1m5s, 250ms. Both ways.

/** As Go's Duration.String shows it: 1m0s, 500ms. */
export function durationText(ms: number): string {
  if (ms !== 0 && Math.abs(ms) < 1000) return `${ms}ms`;
  let left = Math.abs(ms);
  let text = '';
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const) {
    const count = Math.floor(left / size);
    if (count > 0 || text) text += `${count}${unit}`;
    left -= count * size;
  }
  return `${ms < 0 ? '-' : ''}${text}${left / 1000}s`;
}

const SECOND = 1_000_000_000n;
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3_600n * SECOND,
};
/** Characters; Go has no limit. */
const MAX_LENGTH = 128;
/** Nanoseconds: those of 64 bits. */
const LONGEST = 2n ** 63n - 1n;

/** Nanoseconds, as Go's time.ParseDuration reads them; undefined for a text that is no duration, or too long a one. */
export function durationNanoseconds(text: string): bigint | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return undefined;
  let total = 0n;
  while (rest !== '') {
    const number = /^\d*/.exec(rest)?.[0] ?? '';
    rest = rest.slice(number.length);
    let decimals = '';
    if (rest.startsWith('.')) {
      decimals = /^\d*/.exec(rest.slice(1))?.[0] ?? '';
      rest = rest.slice(1 + decimals.length);
    }
    if (number === '' && decimals === '') return undefined;
    const name = /^[^\d.]*/.exec(rest)?.[0] ?? '';
    const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
    if (unit === undefined) return undefined;
    rest = rest.slice(name.length);
    total += BigInt(number === '' ? 0 : number) * unit;
    if (decimals !== '') total += (BigInt(decimals) * unit) / 10n ** BigInt(decimals.length);
    if (total > LONGEST + (negative ? 1n : 0n)) return undefined;
  }
  return negative ? -total : total;
}

/** In milliseconds; undefined for a text that is no duration. */
export function durationMs(text: string): number | undefined {
  const nanoseconds = durationNanoseconds(text);
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1_000_000;
}
