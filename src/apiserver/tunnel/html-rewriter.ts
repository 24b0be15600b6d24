// Rewrites the links of an HTML page while it streams past, in linear time and constant memory: only a tag whose attributes may
// contain a URL is held, and one longer than MAX_TAG passes unchanged. Bytes are kept as characters of one byte each, so that
// pages pass in any encoding. Called by proxy-body.ts.
// Unlike upstream's (golang.org/x/net/html), bytes outside of rewritten values stay as they are, and comments inside scripts have
// no meaning.
import { hasUrls, isSpace, nextPart, Part, rewriteTag } from './html-tag.ts';
import type { ProxyPlace } from './rewrite.ts';

/** Bytes of a tag that are held until its end has come. */
export const MAX_TAG = 64 * 1024;
/** Characters of the longest element name that means anything here; longer ones are not kept. */
const MAX_NAME = 'blockquote'.length;

const BANG = 0x21;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** Stands for the `--!` just read in a comment. */
const AFTER_BANG = -1;

/** Elements whose content is text up to their end tag. */
const RAW_TEXT = new Set([
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
]);

const isLetter = (byte: number) => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
const lowerCase = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);

type State = 'text' | 'open' | 'close' | 'bang' | 'comment' | 'declaration' | 'tagName' | 'tag' | 'raw';

export class HtmlRewriter {
  readonly #place: ProxyPlace;
  #state: State = 'text';
  /** The start of the tag under way, from earlier chunks. */
  #held = '';
  /** The chunk's bytes from here on are neither sent nor held. */
  #from = 0;
  /** Where the tag under way begins in the chunk; 0 if in an earlier one. */
  #tagAt = 0;
  #out = '';
  /** The tag's or, in raw text, the element's name. */
  #name = '';
  #isEndTag = false;
  #isTooLong = false;
  #part: Part = Part.beforeName;
  /** In a comment: the dashes just read. In raw text: how much of the end tag has just been read. */
  #matched = 0;

  constructor(place: ProxyPlace) {
    this.#place = place;
  }

  /** What can be sent of the rewritten page after `bytes` have come. */
  push(bytes: Buffer): Buffer {
    const chunk = bytes.toString('latin1');
    this.#from = 0;
    this.#tagAt = 0;
    for (let i = 0; i < chunk.length; ) i = this.#step(chunk, i);
    if (this.#canHold(chunk.length)) {
      this.#send(chunk, this.#tagAt);
      this.#held += chunk.slice(this.#tagAt);
    } else {
      this.#isTooLong = true;
      this.#sendHeld();
      this.#send(chunk, chunk.length);
    }
    return this.#sent();
  }

  /** The rest at the page's end. */
  end(): Buffer {
    this.#sendHeld();
    return this.#sent();
  }

  /** Reads the byte at `i`, or many at once; returns where to go on. */
  #step(chunk: string, i: number): number {
    const byte = chunk.charCodeAt(i);
    switch (this.#state) {
      case 'text':
        return this.#inText(chunk, i);
      case 'open':
      case 'close':
        return this.#begin(byte, i);
      case 'bang':
        this.#state = byte === DASH ? (this.#matched++ > 0 ? 'comment' : 'bang') : 'declaration';
        return this.#state === 'declaration' ? i : i + 1;
      case 'comment':
        return this.#inComment(chunk, i);
      case 'declaration':
        return this.#inDeclaration(chunk, i);
      case 'tagName':
        return this.#inTagName(byte, i);
      case 'tag':
        return this.#inTag(chunk, i);
      case 'raw':
        return this.#inRawText(chunk, i);
    }
  }

  #inText(chunk: string, i: number): number {
    const at = chunk.indexOf('<', i);
    if (at < 0) return chunk.length;
    this.#sendHeld();
    this.#state = 'open';
    this.#tagAt = at;
    this.#isEndTag = false;
    this.#isTooLong = false;
    return at + 1;
  }

  /** After `<` or `</`. What begins no markup is text. */
  #begin(byte: number, i: number): number {
    if (isLetter(byte)) {
      this.#isEndTag = this.#state === 'close';
      this.#name = '';
      this.#state = 'tagName';
      return i;
    }
    if (this.#state === 'close') this.#state = 'declaration';
    else if (byte === SLASH) this.#state = 'close';
    else if (byte === BANG) {
      this.#state = 'bang';
      this.#matched = 0;
    } else this.#state = byte === QUESTION ? 'declaration' : 'text';
    return this.#state === 'text' || this.#state === 'declaration' ? i : i + 1;
  }

  /** A comment ends with `-->` or `--!>`; the dashes of its start count. */
  #inComment(chunk: string, start: number): number {
    let dashes = this.#matched;
    let i = start;
    for (; i < chunk.length; i++) {
      const byte = chunk.charCodeAt(i);
      if (byte === GREATER && (dashes >= 2 || dashes === AFTER_BANG)) {
        this.#state = 'text';
        return i + 1;
      }
      if (byte === DASH) dashes = Math.max(dashes, 0) + 1;
      else dashes = byte === BANG && dashes >= 2 ? AFTER_BANG : 0;
    }
    this.#matched = dashes;
    return i;
  }

  #inDeclaration(chunk: string, i: number): number {
    const at = chunk.indexOf('>', i);
    if (at < 0) return chunk.length;
    this.#state = 'text';
    return at + 1;
  }

  #inTagName(byte: number, i: number): number {
    if (isSpace(byte) || byte === SLASH || byte === GREATER) {
      this.#state = 'tag';
      this.#part = Part.beforeName;
      return i;
    }
    if (this.#name.length <= MAX_NAME) this.#name += String.fromCharCode(lowerCase(byte));
    return i + 1;
  }

  #inTag(chunk: string, start: number): number {
    let part = this.#part;
    let i = start;
    while (i < chunk.length && part !== Part.end) part = nextPart(part, chunk.charCodeAt(i++));
    this.#part = part;
    if (part === Part.end) this.#tagEnds(chunk, i);
    return i;
  }

  #tagEnds(chunk: string, end: number): void {
    if (this.#canHold(end)) {
      this.#send(chunk, this.#tagAt);
      this.#out += rewriteTag(this.#held + chunk.slice(this.#tagAt, end), this.#name, this.#place);
      this.#held = '';
      this.#from = end;
    }
    this.#state = !this.#isEndTag && RAW_TEXT.has(this.#name) ? 'raw' : 'text';
    this.#matched = 0;
  }

  /** Looks for `</name` and a byte that ends a name. */
  #inRawText(chunk: string, start: number): number {
    const wanted = `</${this.#name}`;
    let matched = this.#matched;
    for (let i = start; i < chunk.length; i++) {
      const byte = chunk.charCodeAt(i);
      if (matched === wanted.length && (isSpace(byte) || byte === SLASH || byte === GREATER)) {
        this.#isEndTag = true;
        this.#part = nextPart(Part.beforeName, byte);
        this.#state = this.#part === Part.end ? 'text' : 'tag';
        return i + 1;
      }
      if (lowerCase(byte) === wanted.charCodeAt(matched)) matched++;
      else matched = byte === LESS ? 1 : 0;
    }
    this.#matched = matched;
    return chunk.length;
  }

  /** Whether the tag under way, up to `end` of the chunk, may have to be rewritten and is short enough to be held. */
  #canHold(end: number): boolean {
    const state = this.#state;
    if (this.#isTooLong || this.#isEndTag) return false;
    if (state !== 'open' && state !== 'tagName' && !(state === 'tag' && hasUrls(this.#name))) return false;
    return this.#held.length + end - this.#tagAt <= MAX_TAG;
  }

  #send(chunk: string, end: number): void {
    if (end > this.#from) this.#out += chunk.slice(this.#from, end);
    this.#from = Math.max(this.#from, end);
  }

  #sendHeld(): void {
    this.#out += this.#held;
    this.#held = '';
  }

  #sent(): Buffer {
    const out = Buffer.from(this.#out, 'latin1');
    this.#out = '';
    return out;
  }
}
