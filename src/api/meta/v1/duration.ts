// Durations as Go writes them: 15.02s, 1m5s, 250ms. To the millisecond.

export function durationText(ms: number): string {
  const whole = Math.round(ms);
  if (whole < 1000) return whole === 0 ? '0s' : `${whole}ms`;
  const minutes = Math.floor(whole / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}h${minutes % 60}m${seconds}` : `${minutes}m${seconds}`;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** In milliseconds; undefined for a text that is no duration, or a negative one. */
export function durationMs(text: string): number | undefined {
  if (text.length === 0 || text.length > 64) return undefined;
  if (text === '0') return 0;
  let total = 0;
  for (let at = 0; at < text.length; ) {
    const number = /^[0-9.]+/.exec(text.slice(at))?.[0] ?? '';
    const unit = /^[a-zµμ]+/.exec(text.slice(at + number.length))?.[0] ?? '';
    const value = number === '' ? Number.NaN : Number(number);
    if (!Number.isFinite(value) || !Object.hasOwn(UNITS, unit)) return undefined;
    total += value * UNITS[unit]!;
    at += number.length + unit.length;
  }
  return total;
}
