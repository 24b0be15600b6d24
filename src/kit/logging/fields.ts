// The fields of a log line as text. Values cannot begin a new line or steer a terminal, and their length is limited.
import { messageOf } from '../message-of.ts';

/** Characters of one value. */
const MAX_VALUE = 2_048;
/** Stack frames of one error. */
const MAX_FRAMES = 12;
/** Causes of an error that are followed. */
const MAX_CAUSES = 4;

/** An error whose message may quote what a client sent: only its type, its code and its stack frames are logged. */
export class Unquoted {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** ` key=value` for each field. */
export function fieldsText(fields: object): string {
  let text = '';
  for (const [key, value] of Object.entries(fields)) text += ` ${key}=${valueText(value)}`;
  return text;
}

function valueText(value: unknown): string {
  if (value instanceof Unquoted) return errorText(value.error, () => '');
  if (value instanceof Error) return errorText(value, (error) => `: ${escaped(shortened(messageOf(error)))}`);
  return shortened(escaped(JSON.stringify(value) ?? 'undefined'));
}

function errorText(error: unknown, message: (error: Error) => string, causes = 0): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const codes = [code, errcode].filter((one) => typeof one === 'string' || typeof one === 'number');
  const head = [escaped(shortened(error.name)), ...codes.map((one) => escaped(String(one)))].join(' ');
  const cause =
    error.cause !== undefined && causes < MAX_CAUSES
      ? `\n  caused by ${errorText(error.cause, message, causes + 1)}`
      : '';
  return `${head}${message(error)}${frames(error)}${cause}`;
}

/** The frames that follow the message in the stack; lines of the message itself cannot pass for frames. */
function frames({ name, message, stack = '' }: Error): string {
  const start = stack.indexOf(message);
  if (!stack.startsWith(name) || start < 0) return '';
  const lines = stack.slice(start + message.length).split('\n', MAX_FRAMES + 1);
  return lines
    .filter((line) => line.startsWith('    at '))
    .map((line) => `\n${escaped(line)}`)
    .join('');
}

const shortened = (text: string): string =>
  text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}… (${text.length} characters)` : text;

const escaped = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
