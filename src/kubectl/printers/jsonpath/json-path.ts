// A compiled JSONPath template. Called by the printers, by sorting, and by verbs that wait for a value.
// The dialect is client-go's, which differs from the one of a CustomResourceDefinition's columns.
import { goJson } from '../go-values/json.ts';
import { goText } from '../go-values/text.ts';
import { Finder } from './find.ts';
import { parseJsonPath } from './parse.ts';

export interface JsonPathOptions {
  /** Missing fields give nothing, rather than an error. */
  readonly allowMissingKeys?: boolean;
  /** Each part's values as a list in JSON. */
  readonly asJson?: boolean;
}

export class JsonPath {
  readonly template: string;
  readonly #finder: Finder;
  readonly #asJson: boolean;

  /** Throws an Error in client-go's words for what is no template. */
  constructor(template: string, { allowMissingKeys = false, asJson = false }: JsonPathOptions = {}) {
    this.template = template;
    this.#finder = new Finder(parseJsonPath(template), { allowMissingKeys });
    this.#asJson = asJson;
  }

  /** The values of each part of the template. */
  find(data: unknown): (readonly unknown[])[] {
    return this.#finder.find(data);
  }

  /** The first value of the first part; undefined when there is none. */
  first(data: unknown): unknown {
    return this.find(data)[0]?.[0];
  }

  text(data: unknown): string {
    const parts = this.find(data);
    if (this.#asJson) return parts.map((values) => `${goJson(values, '    ')}\n`).join('');
    return parts.map((values) => values.map(valueText).join(' ')).join('');
  }
}

function valueText(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return '<no value>';
  return typeof value === 'object' ? goJson(value) : goText(value);
}

/** `a.b`, `.a.b`, `{a.b}` and `{.a.b}` as `{.a.b}`. */
export function relaxedJsonPath(path: string): string {
  if (path === '') return path;
  const inner = path.startsWith('{') && path.endsWith('}') ? path.slice(1, -1) : path;
  const spec = inner.startsWith('.') ? inner.slice(1) : inner;
  if (spec === '' || /[{}]/.test(spec))
    throw new Error(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  return `{.${spec}}`;
}
