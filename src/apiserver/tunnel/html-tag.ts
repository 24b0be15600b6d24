// One HTML tag: where it ends, and its attributes that contain a URL. Bytes are read one by one, as the tokenizer of the HTML
// standard (13.2.5) reads them; texts hold one byte in each character. Pure. Called by html-rewriter.ts.
// Upstream: atomsToAttrs in staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go.
import { type ProxyPlace, rewriteUrl } from './rewrite.ts';

/** Where in a tag a byte stands. */
export const Part = {
  beforeName: 0,
  name: 1,
  afterName: 2,
  equals: 3,
  doubleQuoted: 4,
  singleQuoted: 5,
  unquoted: 6,
  end: 7,
} as const;
export type Part = (typeof Part)[keyof typeof Part];

const DOUBLE = 0x22;
const SINGLE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;

export const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d || byte === 0x0c;

/** The part of a tag after `byte`, which follows a byte of `part`. */
export function nextPart(part: Part, byte: number): Part {
  if (part === Part.doubleQuoted) return byte === DOUBLE ? Part.beforeName : part;
  if (part === Part.singleQuoted) return byte === SINGLE ? Part.beforeName : part;
  if (byte === GREATER) return Part.end;
  if (part === Part.equals) {
    if (isSpace(byte)) return part;
    return byte === DOUBLE ? Part.doubleQuoted : byte === SINGLE ? Part.singleQuoted : Part.unquoted;
  }
  if (part === Part.unquoted) return isSpace(byte) ? Part.beforeName : part;
  if (byte === SLASH) return Part.beforeName;
  if (part === Part.beforeName) return isSpace(byte) ? part : Part.name;
  if (byte === EQUALS) return Part.equals;
  return isSpace(byte) ? Part.afterName : part === Part.afterName ? Part.name : part;
}

/** The attributes of each element whose value is one URL. */
const URL_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ['a', ['href']],
  ['applet', ['codebase']],
  ['area', ['href']],
  ['audio', ['src']],
  ['base', ['href']],
  ['blockquote', ['cite']],
  ['body', ['background']],
  ['button', ['formaction']],
  ['command', ['icon']],
  ['del', ['cite']],
  ['embed', ['src']],
  ['form', ['action']],
  ['frame', ['longdesc', 'src']],
  ['head', ['profile']],
  ['html', ['manifest']],
  ['iframe', ['longdesc', 'src']],
  ['img', ['longdesc', 'src', 'usemap']],
  ['input', ['src', 'usemap', 'formaction']],
  ['ins', ['cite']],
  ['link', ['href']],
  ['object', ['classid', 'codebase', 'data', 'usemap']],
  ['q', ['cite']],
  ['script', ['src']],
  ['source', ['src']],
  ['video', ['poster', 'src']],
]);

export const hasUrls = (element: string): boolean => URL_ATTRIBUTES.has(element);

/** A whole start tag, `<` and `>` included, with its URLs rewritten. Of attributes of one name the first counts, as in browsers. */
export function rewriteTag(tag: string, element: string, place: ProxyPlace): string {
  const urls = URL_ATTRIBUTES.get(element) ?? [];
  const seen: string[] = [];
  let out = '';
  let copied = 0;
  let nameFrom = 0;
  let name = '';
  let valueFrom = 0;
  let part: Part = Part.beforeName;
  for (let i = element.length + 1; i < tag.length && seen.length < urls.length; i++) {
    const next = nextPart(part, tag.charCodeAt(i));
    if (next === part) continue;
    if (next === Part.name) nameFrom = i;
    if (part === Part.name) name = tag.slice(nameFrom, i).toLowerCase();
    if (next === Part.unquoted) valueFrom = i;
    if (next === Part.doubleQuoted || next === Part.singleQuoted) valueFrom = i + 1;
    if (part >= Part.doubleQuoted && urls.includes(name) && !seen.includes(name)) {
      seen.push(name);
      out += tag.slice(copied, valueFrom) + rewriteUrl(tag.slice(valueFrom, i), place);
      copied = i;
    }
    part = next;
  }
  return out + tag.slice(copied);
}
