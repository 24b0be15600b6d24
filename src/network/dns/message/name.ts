// Names as text and as bytes. Text has the labels with dots between them, one character per byte; a dot or backslash inside of a
// label is escaped by a backslash, so that different names are different texts. The root is the empty text. Pure.
import { MAX_LABEL, MAX_NAME } from './codes.ts';

/** The name that starts at `at` and is not compressed. */
export function nameText(bytes: Buffer, at: number): string {
  let text = '';
  for (let start = at; bytes[start] !== 0; ) {
    const end = start + 1 + bytes[start]!;
    const label = bytes.toString('latin1', start + 1, end);
    text += text ? `.${escaped(label)}` : escaped(label);
    start = end;
  }
  return text;
}

export const escaped = (label: string): string =>
  /[.\\]/.test(label) ? label.replace(/[.\\]/g, (char) => `\\${char}`) : label;

export function labelsOf(name: string): string[] {
  if (name === '') return [];
  if (!name.includes('\\')) return name.split('.');
  const labels: string[] = [];
  let label = '';
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '.') {
      labels.push(label);
      label = '';
    } else label += name[i] === '\\' ? (name[++i] ?? '') : name[i];
  }
  return [...labels, label];
}

/** Whether the text can be a name on the wire: externalName and hostnames have no limit for one label. */
export function isName(name: string): boolean {
  const labels = labelsOf(name);
  const length = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  return length <= MAX_NAME && labels.every(({ length }) => length > 0 && length <= MAX_LABEL);
}

/** Throws a RangeError for what is no name. */
export function nameBytes(name: string): Buffer {
  if (!isName(name)) throw new RangeError('not a DNS name');
  const parts = labelsOf(name).map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
  );
  return Buffer.concat([...parts, Buffer.alloc(1)]);
}
