// Durations as flags and tiphys.yaml have them: a number with one unit.

export const durationPattern = /^(\d{1,9})([smh])$/;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** In milliseconds; undefined for anything else. */
export function durationOf(text: string): number | undefined {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  return count && unit ? Number(count) * UNITS_MS[unit]! : undefined;
}
