// Amounts for people: three digits are enough. Pure.

/** `250m`, `1.5`, `12`. */
export function coresText(cores: number): string {
  if (cores === 0) return '0';
  if (cores < 0.0995) return `${Math.max(1, Math.round(cores * 1000))}m`;
  return trimmed(cores);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `512 MiB`, `1.5 GiB`. */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : trimmed(value)} ${UNITS[unit]}`;
}

const trimmed = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
