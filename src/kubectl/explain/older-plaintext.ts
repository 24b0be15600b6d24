// The layout `plaintext-openapiv2`: from the server's OpenAPI v2 document to text. Pure.
// Upstream: the package explain of kubectl.
import { isMap } from '../printers/printer.ts';
import {
  type Document,
  isKind,
  type Kind,
  resolveRef,
  type Schema,
  sortedProperties,
  valuesOf,
} from './schema.ts';
import { reflowed } from './wrap.ts';

const WIDTH = 80;

export function olderPlaintext(
  document: Document,
  kind: Kind,
  fields: readonly string[],
  recursive: boolean,
): string {
  const definitions = isMap(document.definitions) ? document.definitions : {};
  const found = Object.values(definitions).find((one): one is Schema => isMap(one) && isKind(one, kind));
  if (!found) {
    const { group, version, kind: name } = kind;
    throw new Error(`couldn't find resource for "${group}/${version}, Kind=${name}"`);
  }
  return new Layout(document, kind, recursive).text(lookUp(document, found, fields), fields.at(-1) ?? '');
}

/** Through lists, maps and references; a field of a simple value is that value. */
function lookUp(document: Document, schema: Schema, fields: readonly string[]): Schema {
  const [name, ...rest] = fields;
  if (name === undefined) return schema;
  if (schema.$ref) return lookUp(document, resolveRef(schema.$ref, document) ?? {}, fields);
  const inner = schema.items ?? valuesOf(schema);
  if (inner) return lookUp(document, inner, fields);
  if (!schema.properties) return schema;
  if (!Object.hasOwn(schema.properties, name))
    throw new Error(`field ${JSON.stringify(name)} does not exist`);
  return lookUp(document, schema.properties[name]!, rest);
}

class Layout {
  readonly #document: Document;
  readonly #kind: Kind;
  readonly #recursive: boolean;
  readonly #lines: string[] = [];

  constructor(document: Document, kind: Kind, recursive: boolean) {
    this.#document = document;
    this.#kind = kind;
    this.#recursive = recursive;
  }

  text(schema: Schema, name: string): string {
    const { group, version, kind } = this.#kind;
    this.#lines.push(`KIND:     ${kind}`, `VERSION:  ${group ? `${group}/${version}` : version}`, '');
    const descriptions: string[] = [];
    let current = schema;
    for (;;) {
      const inner = current.$ref
        ? resolveRef(current.$ref, this.#document)
        : (current.items ?? valuesOf(current));
      if (!inner) break;
      descriptions.push(current.description ?? '');
      current = inner;
    }
    descriptions.push(current.description ?? '');
    const isObject = current.properties !== undefined;
    const isArbitrary = !isObject && (current.type === undefined || current.type === 'object');
    if (isObject && name !== '') this.#lines.push(`RESOURCE: ${name} <${this.#typeOf(schema)}>`, '');
    else if (!isObject && !isArbitrary) this.#lines.push(`FIELD:    ${name} <${this.#typeOf(schema)}>`, '');
    this.#descriptions(descriptions);
    if (isObject) {
      this.#lines.push('', 'FIELDS:');
      if (this.#recursive) this.#allFields(current, 3, new Set());
      else this.#fields(current);
    }
    return `${this.#lines.join('\n')}\n`;
  }

  #wrapped(text: string, spaces: number): void {
    for (const line of reflowed(text, WIDTH - spaces))
      this.#lines.push(line === '' ? '' : ' '.repeat(spaces) + line);
  }

  #descriptions(descriptions: readonly string[]): void {
    this.#lines.push('DESCRIPTION:');
    for (const [i, text] of descriptions.entries()) {
      if (text === '') continue;
      if (i !== 0) this.#lines.push('');
      this.#wrapped(text, 5);
    }
    if (descriptions.every((text) => text === '')) this.#wrapped('<empty>', 5);
  }

  #fields(schema: Schema): void {
    for (const [name, field] of sortedProperties(schema)) {
      const required = schema.required?.includes(name) ? ' -required-' : '';
      this.#lines.push(`   ${name}\t<${this.#typeOf(field)}>${required}`);
      this.#wrapped(field.description ?? '', 5);
      this.#lines.push('');
    }
  }

  #allFields(schema: Schema, spaces: number, seen: ReadonlySet<string>): void {
    const { $ref } = schema;
    if ($ref) {
      const target = seen.has($ref) ? undefined : resolveRef($ref, this.#document);
      if (target) this.#allFields(target, spaces, new Set([...seen, $ref]));
      return;
    }
    const inner = schema.items ?? valuesOf(schema);
    if (inner) {
      this.#allFields(inner, spaces, seen);
      return;
    }
    for (const [name, field] of sortedProperties(schema)) {
      this.#lines.push(`${' '.repeat(spaces)}${name}\t<${this.#typeOf(field)}>`);
      this.#allFields(field, spaces + 3, seen);
    }
  }

  #typeOf(schema: Schema): string {
    if (schema.$ref) return this.#typeOf(resolveRef(schema.$ref, this.#document) ?? {});
    if (schema.items) return `[]${this.#typeOf(schema.items)}`;
    const values = valuesOf(schema);
    if (values) return `map[string]${this.#typeOf(values)}`;
    if (schema.properties) return 'Object';
    return schema.type === 'object' ? 'map[string]' : (schema.type ?? '');
  }
}
