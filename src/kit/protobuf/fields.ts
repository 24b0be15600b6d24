// Single fields as buffers, for documents that are put together from parts (OpenAPI v2 in its protobuf form).
// For messages with a fixed set of fields use message.ts.
import { FIXED64, LENGTH, VARINT } from './wire.ts';
import { Writer } from './writer.ts';

/** A message or text as a field of another message. Absent parts are left out of the message, not the message itself. */
export function block(number: number, ...parts: readonly (Buffer | undefined)[]): Buffer {
  const present = parts.filter((part) => part !== undefined);
  const head = new Writer();
  head.tag(number, LENGTH);
  head.varint(present.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([head.finish(), ...present]);
}

/** Nothing for an absent or empty text: proto3 does not write default values. */
export const textField = (number: number, text: string | undefined): Buffer | undefined =>
  text ? block(number, Buffer.from(text)) : undefined;

export const textFields = (number: number, texts: readonly string[] | undefined): Buffer | undefined =>
  texts && texts.length > 0
    ? Buffer.concat(texts.map((text) => block(number, Buffer.from(text))))
    : undefined;

export const flagField = (number: number, flag: boolean | undefined): Buffer | undefined =>
  flag ? integerField(number, 1) : undefined;

/** Written even when it is zero. */
export function integerField(number: number, value: number): Buffer {
  const writer = new Writer();
  writer.tag(number, VARINT);
  writer.varint(value);
  return writer.finish();
}

/** Written even when it is zero. */
export function doubleField(number: number, value: number): Buffer {
  const writer = new Writer();
  writer.tag(number, FIXED64);
  writer.double(value);
  return writer.finish();
}
