// The fields of a kubeconfig as `config set` and `unset` name them: `clusters.NAME.server`. A name may have dots, so it ends where a known
// field begins. Pure.
import type { Entry, Section } from './store.ts';

type Kind = 'string' | 'bool' | 'bytes' | 'list' | 'map' | 'struct';

const FIELDS: Readonly<Record<Section, Readonly<Record<string, Kind>>>> = {
  clusters: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'bool',
    'certificate-authority': 'string',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'string',
    'disable-compression': 'bool',
    extensions: 'map',
  },
  users: {
    'client-certificate': 'string',
    'client-certificate-data': 'bytes',
    'client-key': 'string',
    'client-key-data': 'bytes',
    token: 'string',
    tokenFile: 'string',
    'act-as': 'string',
    'act-as-uid': 'string',
    'act-as-groups': 'list',
    'act-as-user-extra': 'map',
    username: 'string',
    password: 'string',
    'auth-provider': 'struct',
    exec: 'struct',
    extensions: 'map',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string', extensions: 'map' },
};

/** What the file calls a field. */
const inFile = (field: string): string => field.replace(/^act-as/, 'as');

export type Property =
  | { readonly what: 'current-context' }
  | { readonly what: 'section'; readonly section: Section }
  | { readonly what: 'entry'; readonly section: Section; readonly name: string }
  | {
      readonly what: 'field';
      readonly section: Section;
      readonly name: string;
      readonly field: string;
      readonly kind: Kind;
    };

export function propertyOf(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  if (path === 'current-context') return { what: 'current-context' };
  if (first !== 'clusters' && first !== 'users' && first !== 'contexts')
    throw new Error(
      ['kind', 'apiVersion', 'preferences', 'extensions', 'current-context'].includes(first)
        ? `unable to parse one or more field values of ${path}`
        : `unable to parse ${path} after [] at api.Config`,
    );
  if (rest.length === 0) return { what: 'section', section: first };
  const fields = FIELDS[first];
  const at = rest.findIndex((part, i) => i > 0 && Object.hasOwn(fields, part));
  if (at < 0) return { what: 'entry', section: first, name: rest.join('.') };
  if (at < rest.length - 1) throw new Error(`unable to parse one or more field values of ${path}`);
  const field = rest[at]!;
  return { what: 'field', section: first, name: rest.slice(0, at).join('.'), field, kind: fields[field]! };
}

/** The entry with the field set. `raw` texts are not base64 yet. */
export function withField(
  entry: Entry,
  { field, kind }: { readonly field: string; readonly kind: Kind },
  value: string,
  raw: boolean,
): Entry {
  if (kind === 'list') throw new Error('unrecognized slice type. string');
  if (kind === 'map' || kind === 'struct') throw new Error("can't set a map to a value: map[]");
  return { ...entry, [inFile(field)]: fileValue(kind, value, raw) };
}

export function withoutField(entry: Entry, field: string): Entry {
  const { [inFile(field)]: _, ...rest } = entry;
  return rest;
}

function fileValue(kind: 'string' | 'bool' | 'bytes', value: string, raw: boolean): string | boolean {
  if (kind === 'string') return value;
  if (kind === 'bool') {
    if (/^(?:1|t|T|true|TRUE|True)$/.test(value)) return true;
    if (/^(?:0|f|F|false|FALSE|False)$/.test(value)) return false;
    throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  if (raw) return Buffer.from(value).toString('base64');
  const wrong = [...value].findIndex((char) => !/[A-Za-z0-9+/=\n\r]/.test(char));
  const bare = value.replaceAll(/[\n\r]/g, '');
  if (wrong >= 0 || Buffer.from(bare, 'base64').toString('base64') !== bare)
    throw new Error(
      `error decoding input value: illegal base64 data at input byte ${wrong >= 0 ? wrong : bare.length - (bare.length % 4 || 4)}`,
    );
  return bare;
}
