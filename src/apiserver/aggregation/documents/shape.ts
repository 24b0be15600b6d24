// Reads values whose shape another server decides. Pure. A value of another type than expected counts as missing.

export type Json = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsOf = (value: unknown): string[] => listOf(value).filter((one) => typeof one === 'string');

/** Throws for what is no JSON object. The text is not shown: it is another server's. */
export function parsed(bytes: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new Error('the answer is not valid JSON', { cause });
  }
  return objectOf(value);
}
