// Reads values of JSON that somebody else has written: each must have the type that is asked for, and a length with a limit. Pure.

export const invalidAnswer = (what: string): Error =>
  new Error(`the answer of the cloud provider is not valid: ${what}`);

export function fieldsOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalidAnswer(`${at} must be an object`);
}

export function listOf(value: unknown, at: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidAnswer(`${at} must be a list`);
  if (value.length > most) throw invalidAnswer(`${at} has more than ${most} items`);
  return value;
}

/** Missing, null and empty are the same. */
export const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null || value === '' ? undefined : read(value);

export function text(value: unknown, at: string, longest: number): string {
  if (typeof value !== 'string') throw invalidAnswer(`${at} must be a string`);
  if (value.length > longest) throw invalidAnswer(`${at} has more than ${longest} characters`);
  return value;
}

/** False when it is missing. */
export function flag(value: unknown, at: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalidAnswer(`${at} must be true or false`);
  return value;
}

export function oneOf<T extends string>(allowed: readonly T[], value: unknown, at: string): T {
  const found = allowed.find((one) => one === value);
  if (!found) throw invalidAnswer(`${at} must be one of ${allowed.join(', ')}`);
  return found;
}

export function port(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw invalidAnswer(`${at} must be a port`);
}
