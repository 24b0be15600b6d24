// Reads PEM as Go's encoding/pem does: text between blocks is skipped, and so is a block that cannot be read. Linear in the
// length of the text. Called by the validation of certificates, and by the kubelet.

export interface PemBlock {
  readonly type: string;
  /** Whether lines `Key: value` stand before the content. */
  readonly hasHeaders: boolean;
  readonly bytes: Buffer;
}

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';
/** Behind the last dashes of a block. */
const MAX_BLANKS = 1024;

export function* pemBlocks(text: string): Generator<PemBlock, void> {
  /** The first end at or after the position: the same for all beginnings before it. */
  let end = -2;
  for (let at = nextBegin(text, 0); at >= 0; at = nextBegin(text, at)) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return;
    const line = text.slice(at + BEGIN.length, newline).trimEnd();
    if (end < newline && end !== -1) end = text.indexOf(END, newline);
    if (end < 0) return;
    at = newline;
    if (!line.endsWith(DASHES)) continue;
    const type = line.slice(0, -DASHES.length);
    if (!closes(text, end, type)) continue;
    const content = contentOf(text, newline + 1, end);
    if (!content) continue;
    yield { type, ...content };
    at = end;
  }
}

export const pemOf = (type: string, bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `${BEGIN}${type}${DASHES}\n${lines.map((line) => `${line}\n`).join('')}-----END ${type}${DASHES}\n`;
};

/** At the start of a line. */
function nextBegin(text: string, from: number): number {
  if (from === 0 && text.startsWith(BEGIN)) return 0;
  const at = text.indexOf(`\n${BEGIN}`, from);
  return at < 0 ? -1 : at + 1;
}

function closes(text: string, end: number, type: string): boolean {
  const from = end + END.length;
  if (!text.startsWith(`${type}${DASHES}`, from)) return false;
  const after = from + type.length + DASHES.length;
  const [rest = ''] = text.slice(after, after + MAX_BLANKS).split('\n', 1);
  return rest.trim() === '' && rest.length < MAX_BLANKS;
}

function contentOf(text: string, from: number, end: number): Omit<PemBlock, 'type'> | undefined {
  let at = from;
  let hasHeaders = false;
  while (at < end) {
    const newline = text.indexOf('\n', at);
    if (text.startsWith(DASHES, at)) return undefined;
    const colon = text.slice(at, newline).indexOf(':');
    if (colon < 0) break;
    hasHeaders = true;
    at = newline + 1;
  }
  // Dashes begin another block: without this, many beginnings before one end would each be read to it.
  const dash = text.indexOf('-', at);
  if (dash >= 0 && dash < end) return undefined;
  const base64 = text.slice(at, Math.max(at, end)).replace(/\s+/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  return { hasHeaders, bytes: Buffer.from(base64, 'base64') };
}
