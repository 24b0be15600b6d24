// The layout of `explain`: from the server's OpenAPI v3 document of a group and version to text. Pure.
// Upstream: explain/v2/templates/plaintext.tmpl of kubectl.
import { goText } from '../printers/go-values/text.ts';
import { isMap, type Output } from '../printers/printer.ts';
import {
  type Document,
  isKind,
  type Kind,
  resolveRef,
  type Schema,
  sortedProperties,
  valuesOf,
} from './schema.ts';
import { indented, wrapped } from './wrap.ts';

export interface Wanted {
  readonly document: Document;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly fields: readonly string[];
  readonly recursive: boolean;
}

/** Throws when the document has no such resource or field; which kind it is stands in the output already. */
export function plaintext(wanted: Wanted, out: Output): void {
  const { document, group, version, resource, fields, recursive } = wanted;
  const kind = kindOf(document, group, version, resource);
  if (!kind) throw new Error(`GVR (${group}/${version}, Resource=${resource}) not found in OpenAPI schema`);
  out.write(
    `${kind.group && `GROUP:      ${kind.group}\n`}KIND:       ${kind.kind}\nVERSION:    ${kind.version}\n\n`,
  );
  const { components } = document;
  const schemas = isMap(components) && isMap(components.schemas) ? components.schemas : {};
  const schema = Object.values(schemas).find((one): one is Schema => isMap(one) && isKind(one, kind));
  if (!schema) throw new Error(`GVK ${goText(kind)} not found in OpenAPI schema`);
  const text = new Layout(document, recursive).output(schema, fields, new Set());
  if (text === '') throw new Error(`field ${JSON.stringify(fields.at(-1))} does not exist`);
  out.write(`${text}\n`);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function kindOf({ paths }: Document, group: string, version: string, resource: string): Kind | undefined {
  const prefix = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const namespaced = `${prefix}/namespaces/{namespace}/${resource}`;
  for (const path of [
    `${prefix}/${resource}`,
    `${prefix}/${resource}/{name}`,
    namespaced,
    `${namespaced}/{name}`,
  ]) {
    const operations = isMap(paths) ? paths[path] : undefined;
    for (const method of METHODS) {
      const operation = isMap(operations) ? operations[method] : undefined;
      const kind = isMap(operation) ? operation['x-kubernetes-group-version-kind'] : undefined;
      if (isMap(kind))
        return { group: String(kind.group ?? ''), version: String(kind.version), kind: String(kind.kind) };
    }
  }
  return undefined;
}

class Layout {
  readonly #document: Document;
  readonly #recursive: boolean;

  constructor(document: Document, recursive: boolean) {
    this.#document = document;
    this.#recursive = recursive;
  }

  #resolved(schema: Schema): Schema {
    return resolveRef(schema.$ref, this.#document) ?? schema;
  }

  /** Follows the fields; empty when there is no such field. `seen`: references since the last field. */
  output(schema: Schema, fields: readonly string[], seen: ReadonlySet<string>): string {
    const resolved = this.#resolved(schema);
    const [name, ...rest] = fields;
    if (name === undefined) return this.#whole(resolved);
    if (schema.$ref && seen.has(schema.$ref)) return '';
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen;
    const { properties = {}, items, allOf = [] } = resolved;
    if (Object.hasOwn(properties, name)) {
      const field = properties[name]!;
      const title = rest.length > 0 ? '' : `FIELD: ${name} <${this.#typeOf(field)}>\n${allValues(field)}\n\n`;
      return title + this.output(field, rest, new Set());
    }
    const values = valuesOf(resolved);
    if (items ?? values) return this.output((items ?? values)!, fields, next);
    for (const one of allOf) {
      const text = this.output(one, fields, next);
      if (text !== '') return text;
    }
    return '';
  }

  #whole(schema: Schema): string {
    const text = this.#description(schema) || '<empty>';
    const list = this.#fieldList(schema, 1, new Set());
    const docs = externalDocs(schema, 4, 76);
    return `DESCRIPTION:\n${indented(wrapped(text, 76), 4)}\n${docs && `\nEXTERNAL DOCS:\n${docs}`}${list && `FIELDS:\n${list}`}`;
  }

  /** Of the schema, and of those that it consists of. */
  #description(schema: Schema): string {
    const { description, allOf = [], items, ...rest } = this.#resolved(schema);
    const values = valuesOf(rest);
    const inner = [...allOf, ...(items ? [items] : []), ...(values ? [values] : [])];
    return `${description ? `${description}\n` : ''}${inner.map((one) => this.#description(one)).join('')}`;
  }

  #fieldList(schema: Schema, level: number, seen: ReadonlySet<string>): string {
    if (schema.$ref && seen.has(schema.$ref)) return '';
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen;
    const resolved = this.#resolved(schema);
    const fields = sortedProperties(resolved).map(([name, field]) => {
      const inner = this.#recursive ? this.#fieldList(field, level + 1, next) : '';
      return this.#field(name, field, resolved.required?.includes(name) ?? false, level * 2) + inner;
    });
    const { allOf = [], items } = resolved;
    const values = valuesOf(resolved);
    const more = [...allOf, ...(items ? [items] : []), ...(values ? [values] : [])];
    return fields.join('') + more.map((one) => this.#fieldList(one, level, next)).join('');
  }

  #field(name: string, schema: Schema, isRequired: boolean, spaces: number): string {
    const title = `${' '.repeat(spaces)}${name}\t<${this.#typeOf(schema)}>${isRequired ? ' -required-' : ''}`;
    const line = `${title}${firstValues(schema, spaces)}\n`;
    if (this.#recursive) return line;
    const text = wrapped(schema.description || '<no description>', 78 - spaces);
    const docs = externalDocs(schema, spaces + 4, 76 - spaces);
    const shownDocs = docs && `\n${' '.repeat(spaces + 2)}EXTERNAL DOCS:\n${docs}`;
    return `${line}${indented(text, spaces + 2)}\n${shownDocs}\n`;
  }

  #typeOf(schema: Schema): string {
    const { items, allOf, properties, $ref, type } = schema;
    if (items) return `[]${this.#typeOf(items)}`;
    const values = valuesOf(schema);
    if (values) return `map[string]${this.#typeOf(values)}`;
    if (allOf?.length === 1 && !properties) return this.#typeOf(allOf[0]!);
    if (!$ref) return type === 'object' ? 'Object' : type || 'Object';
    const target = resolveRef($ref, this.#document);
    if (target?.type && target.type !== 'object') return target.type;
    return $ref.split('/').at(-1)?.split('.').at(-1) || 'Object';
  }
}

const valueText = (value: unknown) => (value === '' ? '""' : goText(value));

function allValues({ enum: values = [] }: Schema): string {
  return values.length === 0 ? '' : `ENUM:${values.map((value) => `\n    ${valueText(value)}`).join('')}`;
}

const MOST_VALUES = 4;

function firstValues({ enum: values = [] }: Schema, spaces: number): string {
  if (values.length === 0) return '';
  const shown = values.slice(0, MOST_VALUES).map(valueText).join(', ');
  return `\n${' '.repeat(spaces)}enum: ${shown}${values.length > MOST_VALUES ? ', ....' : ''}`;
}

function externalDocs({ externalDocs: docs }: Schema, spaces: number, width: number): string {
  if (!docs) return '';
  const text = docs.description ? `${indented(wrapped(docs.description, width), spaces)}\n` : '';
  return text + (docs.url ? `${indented(`URL: ${docs.url}`, spaces)}\n` : '');
}
