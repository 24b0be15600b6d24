// The keys that end an attached session without ending its container: ctrl-p, ctrl-q unless --detach-keys says otherwise.
import { Transform, type TransformCallback } from 'node:stream';

export const DEFAULT_DETACH_KEYS = 'ctrl-p,ctrl-q';

const CONTROL: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 };

/** The bytes of a list such as ctrl-p,ctrl-q or ctrl-a,x. Throws for anything else. */
export function detachKeyBytes(keys: string): Buffer {
  return Buffer.from(keys.split(',').map(keyByte));
}

function keyByte(key: string): number {
  if (key.length === 1) return key.charCodeAt(0) & 0xff;
  const control = key.startsWith('ctrl-') ? key.slice(5) : '';
  if (control.length === 1) {
    if (control >= 'a' && control <= 'z') return control.charCodeAt(0) - 96;
    const code = CONTROL[control];
    if (code !== undefined) return code;
  }
  throw new Error(`Unknown character: '${key}'`);
}

/** Passes input on until the keys are typed one after the other, which end it. Keys typed half-way are held back until then. */
export class UntilDetached extends Transform {
  readonly #keys: Buffer;
  #typed = 0;
  #over = false;

  constructor(keys: Buffer) {
    super();
    this.#keys = keys;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#over) return done();
    const out: Buffer[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#typed]) {
        this.#typed++;
        if (this.#typed < this.#keys.length) continue;
        this.#over = true;
        this.push(Buffer.concat(out));
        this.push(null);
        return done();
      }
      out.push(this.#keys.subarray(0, this.#typed));
      this.#typed = byte === this.#keys[0] ? 1 : 0;
      if (this.#typed === 0) out.push(Buffer.of(byte));
    }
    done(null, Buffer.concat(out));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#over ? undefined : this.#keys.subarray(0, this.#typed));
  }
}
