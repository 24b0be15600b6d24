// Writes the protobuf wire format: enough for the one document that must be sent as protobuf.

export function varintBytes(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  out.push(rest);
  return Buffer.from(out);
}

/** A message or text as a field of another message. Empty parts are left out of the message, not the message itself. */
export function block(number: number, ...parts: readonly (Buffer | undefined)[]): Buffer {
  const present = parts.filter((part) => part !== undefined);
  const length = present.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varintBytes(number * 8 + 2), varintBytes(length), ...present]);
}

/** Nothing for an absent or empty text, as proto3 has it. */
export const textField = (number: number, text: string | undefined): Buffer | undefined =>
  text ? block(number, Buffer.from(text)) : undefined;

export const textFields = (number: number, texts: readonly string[] | undefined): Buffer | undefined =>
  texts && texts.length > 0
    ? Buffer.concat(texts.map((text) => block(number, Buffer.from(text))))
    : undefined;

export const flagField = (number: number, flag: boolean | undefined): Buffer | undefined =>
  flag ? Buffer.concat([varintBytes(number * 8), varintBytes(1)]) : undefined;
