// What may be typed at the cursor of a manifest: fields that are not there yet, values, kinds. Pure; the editor's completion asks.
import { fromYaml, isObject, type Json } from './document.ts';
import { outlineOf, type Path, type Place, placeAt } from './outline.ts';
import { fieldOf, type Located, resolved, schemaAt, typeText } from './schema.ts';

export interface Offer {
  readonly label: string;
  /** What is put in. */
  readonly apply: string;
  /** The type, beside the label. */
  readonly detail: string;
  readonly description: string;
  readonly isRequired: boolean;
}

export interface Offers {
  /** Column in the cursor's line. */
  readonly from: number;
  readonly offers: readonly Offer[];
}

export interface KnownKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `schemaFor`: undefined while the schema is not here, or for a kind that nobody knows. */
export interface Knowledge {
  readonly kinds: readonly KnownKind[];
  readonly schemaFor: (apiVersion: string, kind: string) => Located | undefined;
  /** Resolves when the schemas that are asked for now are here; undefined when none is. */
  readonly coming?: () => Promise<unknown> | undefined;
}

/** The kind that each document of a text says it is, also while it cannot be parsed. */
export function kindsIn(text: string): ({ apiVersion?: string; kind?: string } | undefined)[] {
  const found: { apiVersion?: string; kind?: string }[] = [];
  for (const { document, path, value } of outlineOf(text)) {
    const [name] = path;
    if (path.length !== 1 || (name !== 'apiVersion' && name !== 'kind')) continue;
    const bare = unquoted(value.trim());
    if (bare) found[document] = { ...found[document], [name]: bare };
  }
  return found;
}

const unquoted = (text: string): string => (/^["'].*["']$/.test(text) ? text.slice(1, -1) : text);

export function offersAt(
  text: string,
  line: number,
  column: number,
  knowledge: Knowledge,
): Offers | undefined {
  const place = placeAt(text, line, column);
  if (!place) return undefined;
  const { apiVersion = '', kind = '' } = kindsIn(text)[place.document] ?? {};
  const isTop = place.path.length === (place.at === 'key' ? 0 : 1);
  if (place.at === 'value' && isTop) {
    const names = valuesOfIdentity(String(place.path[0]), apiVersion, kind, knowledge.kinds);
    if (names) return { from: place.from, offers: names.map((name) => valueOffer(name, '')) };
  }
  const schema = knowledge.schemaFor(apiVersion, kind);
  if (!schema)
    return isTop && place.at === 'key' ? { from: place.from, offers: startingKeys(text, place) } : undefined;
  const there = schemaAt(schema, place.path);
  if (!there) return undefined;
  const offers =
    place.at === 'value'
      ? valuesOf(there)
      : fieldsOf(there, keysBeside(text, place), indentAt(text, line, place));
  return offers.length > 0 ? { from: place.from, offers } : undefined;
}

const valueOffer = (label: string, description: string, detail = ''): Offer => ({
  label,
  apply: label,
  detail,
  description,
  isRequired: false,
});

/** Values of `kind` that go with the apiVersion, and the other way round. */
function valuesOfIdentity(
  field: string,
  apiVersion: string,
  kind: string,
  kinds: readonly KnownKind[],
): string[] | undefined {
  if (field === 'kind') {
    const fitting = kinds.filter((one) => one.apiVersion === apiVersion);
    return unique((fitting.length > 0 ? fitting : kinds).map((one) => one.kind));
  }
  if (field !== 'apiVersion') return undefined;
  const fitting = kinds.filter((one) => one.kind === kind);
  return unique((fitting.length > 0 ? fitting : kinds).map((one) => one.apiVersion));
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const startingKeys = (text: string, place: Place): Offer[] =>
  ['apiVersion', 'kind', 'metadata']
    .filter((name) => !keysBeside(text, place).has(name))
    .map((name) => ({
      ...valueOffer(name, ''),
      apply: name === 'metadata' ? 'metadata:\n  name: ' : `${name}: `,
    }));

/** What the object already has: offered once is enough. */
function keysBeside(text: string, { document, path }: Place): ReadonlySet<string> {
  const keys = outlineOf(text)
    .filter((one) => one.document === document && one.path.length === path.length + 1)
    .filter((one) => path.every((part, i) => one.path[i] === part))
    .map(({ key }) => key ?? '');
  return new Set(keys);
}

const indentAt = (text: string, line: number, { from }: Place): string =>
  ' '.repeat(Math.min(from, (text.split('\n')[line] ?? '').length));

function fieldsOf(located: Located, there: ReadonlySet<string>, indent: string): Offer[] {
  const { schema } = resolved(located);
  const required = new Set(schema.required ?? []);
  return Object.keys(schema.properties ?? {})
    .filter((name) => !there.has(name))
    .map((name) => {
      const field = fieldOf(located, name)!;
      return {
        label: name,
        apply: `${name}:${behindKey(field, indent)}`,
        detail: typeText(field),
        description: field.schema.description ?? '',
        isRequired: required.has(name),
      };
    })
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired) || (a.label < b.label ? -1 : 1));
}

/** The cursor stands where the value is to be typed. */
function behindKey(located: Located, indent: string): string {
  const { schema } = resolved(located);
  if (schema.type === 'array') return `\n${indent}- `;
  const isMap = schema.type === 'object' || schema.properties !== undefined;
  return isMap ? `\n${indent}  ` : ' ';
}

function valuesOf(located: Located): Offer[] {
  const { schema } = resolved(located);
  if (schema.enum)
    return schema.enum.filter((one) => one !== '').map((one) => valueOffer(String(one), '', 'value'));
  if (schema.type === 'boolean') return ['true', 'false'].map((word) => valueOffer(word, '', 'boolean'));
  const { default: usual } = schema;
  const isPlain = typeof usual === 'string' || typeof usual === 'number' || typeof usual === 'boolean';
  return isPlain && usual !== '' ? [valueOffer(String(usual), '', 'default')] : [];
}

export interface Explained {
  readonly title: string;
  readonly type: string;
  readonly description: string;
}

/** What the field under the pointer is for. */
export function explainedAt(
  text: string,
  line: number,
  column: number,
  knowledge: Knowledge,
): Explained | undefined {
  const outline = outlineOf(text);
  const on = outline.findLast((one) => one.line === line && one.key !== undefined && one.column <= column);
  if (!on?.key || column > on.column + on.key.length) return undefined;
  const { apiVersion = '', kind = '' } = kindsIn(text)[on.document] ?? {};
  const schema = knowledge.schemaFor(apiVersion, kind);
  const field = schema && schemaAt(schema, on.path);
  if (!field) return undefined;
  return { title: pathWords(on.path), type: typeText(field), description: field.schema.description ?? '' };
}

const pathWords = (path: Path): string => path.filter((part) => typeof part === 'string').join('.');

/** Each document's object, where the text can be parsed. */
export function objectsIn(text: string): Json[] {
  return (fromYaml(text).documents ?? []).filter(isObject);
}
