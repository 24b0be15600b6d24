// What sections need besides their own lines: texts of users, which HAProxy reads from a map and not as part of its language, and files
// with keys and certificates. Filled while sections are written (backend.ts, tls.ts); files.ts writes it out.
import { createHash } from 'node:crypto';

export class Written {
  /** Absolute folder of the files. */
  readonly #directory: string;
  readonly #texts = new Map<string, string>();
  readonly files = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** An expression of HAProxy's log format that becomes the text, whatever characters it has. */
  text(value: string): string {
    const key = this.#texts.get(value) ?? `t${this.#texts.size}`;
    this.#texts.set(value, key);
    return `%[str(${key}),map_str(${this.path('texts.map')})]`;
  }

  /** Path of a file with this content. `kind` ends its name. */
  file(content: string, kind: string): string {
    const name = `${createHash('sha256').update(content).digest('hex').slice(0, 32)}.${kind}`;
    this.files.set(name, content);
    return this.path(name);
  }

  path(name: string): string {
    return `${this.#directory}/${name}`;
  }

  get texts(): string {
    return [...this.#texts].map(([value, key]) => `${key} ${value}\n`).join('');
  }
}

/** A word of HAProxy's configuration that is taken as it is. */
export const quoted = (text: string): string => `"${text.replace(/[\\"$]/g, '\\$&')}"`;
