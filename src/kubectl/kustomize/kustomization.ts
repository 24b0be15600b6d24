// A kustomization file: which fields it may have, what is deprecated, and what is not supported here.
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import { isObject, type JsonObject } from '../../api/patch/json.ts';
import type { Selector } from './collection.ts';
import type { FieldSpec } from './fields/field-spec.ts';
import type { Sources } from './generate/sources.ts';
import type { Loader } from './loader.ts';
import type { Gvk } from './resource.ts';

export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface GeneratorArguments extends Sources {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

export interface LabelEntry {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

export interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

export interface ImageEntry {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}

export interface ReplacementEntry {
  readonly path?: string;
  readonly sourceValue?: string;
  readonly source?: Gvk & {
    readonly name?: string;
    readonly namespace?: string;
    readonly fieldPath?: string;
    readonly options?: FieldOptions;
  };
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?: {
    readonly orderFirst?: readonly string[];
    readonly orderLast?: readonly string[];
  };
}

export interface Kustomization {
  readonly kind: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelEntry[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly patches?: readonly PatchEntry[];
  readonly images?: readonly ImageEntry[];
  readonly replacements?: readonly ReplacementEntry[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number }[];
  readonly sortOptions?: SortOptions;
  readonly resources: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorArguments[];
  readonly secretGenerator?: readonly GeneratorArguments[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly buildMetadata?: readonly string[];
}

type Shape = 'string' | 'list' | 'object';

const FIELDS: Readonly<Record<string, Shape>> = {
  ...{ apiVersion: 'string', kind: 'string', metadata: 'object', namePrefix: 'string', nameSuffix: 'string' },
  ...{ namespace: 'string', commonLabels: 'object', labels: 'list', commonAnnotations: 'object' },
  ...{ patchesStrategicMerge: 'list', patchesJson6902: 'list', patches: 'list', images: 'list' },
  ...{ imageTags: 'list', replacements: 'list', replicas: 'list', sortOptions: 'object', resources: 'list' },
  ...{ components: 'list', bases: 'list', configMapGenerator: 'list', secretGenerator: 'list' },
  ...{ generatorOptions: 'object', configurations: 'list', buildMetadata: 'list' },
};

/** Fields of upstream's that are refused rather than ignored. */
const UNSUPPORTED = new Set([
  ...['openapi', 'vars', 'crds', 'helmGlobals', 'helmCharts', 'helmChartInflationGenerator'],
  ...['generators', 'transformers', 'validators'],
]);

/** Names are matched without regard to case, as Go's JSON does. */
const CANONICAL = new Map([...Object.keys(FIELDS), ...UNSUPPORTED].map((key) => [key.toLowerCase(), key]));

const DEPRECATED: readonly (readonly [string, string])[] = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['imageTags', 'images'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
];

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export async function readKustomization(
  loader: Loader,
  warn: (text: string) => void,
): Promise<Kustomization> {
  const found: string[] = [];
  for (const name of NAMES) {
    const content = await loader.read(name).catch(() => undefined);
    if (content) found.push(content.toString());
  }
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${loader.root}\n`);
  const [text] = found;
  if (text === undefined)
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
    );
  return kustomizationOf(text, loader.root, warn);
}

export function kustomizationOf(text: string, root: string, warn: (text: string) => void): Kustomization {
  const file = parsed(text);
  for (const [name, instead] of DEPRECATED)
    if (Object.hasOwn(file, name))
      warn(
        `# Warning: '${name}' is deprecated. Please use '${instead}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.`,
      );
  const content = Object.keys(file).filter(
    (key) => !['apiVersion', 'kind'].includes(key) && !isEmpty(file[key]),
  );
  if (content.length === 0) throw new Error('kustomization.yaml is empty');
  const kind = typeof file.kind === 'string' && file.kind !== '' ? file.kind : 'Kustomization';
  checkIdentity(kind, file.apiVersion, root);
  const { bases, imageTags, ...rest } = file;
  const joined = (a: unknown, b: unknown) => [...(Array.isArray(a) ? a : []), ...(Array.isArray(b) ? b : [])];
  return {
    ...(rest as Partial<Kustomization>),
    kind,
    resources: joined(file.resources, bases) as string[],
    images: joined(file.images, imageTags) as ImageEntry[],
  };
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

function parsed(text: string): JsonObject {
  let documents: unknown[];
  try {
    documents = parseYamlDocuments(text);
  } catch (error) {
    throw new Error(`invalid Kustomization: ${error instanceof Error ? error.message : error}`);
  }
  const file = documents[0] ?? {};
  if (!isObject(file))
    throw new Error(
      'invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization',
    );
  const named: JsonObject = {};
  for (const [given, value] of Object.entries(file)) {
    const key = CANONICAL.get(given.toLowerCase()) ?? given;
    if (UNSUPPORTED.has(key)) throw new Error(`the field '${key}' of a kustomization is not supported`);
    const shape = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    if (shape === undefined)
      throw new Error(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
    if (value !== null && shapeOf(value) !== shape)
      throw new Error(
        `invalid Kustomization: json: cannot unmarshal ${goShapeOf(value)} into Go struct field Kustomization.${key}`,
      );
    if (value !== null) named[key] = value;
  }
  return named;
}

const shapeOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);
const goShapeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};

function checkIdentity(kind: string, apiVersion: unknown, root: string): void {
  const errors: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component')
    errors.push('kind should be Kustomization or Component');
  const wanted = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== wanted)
    errors.push(`apiVersion for ${kind} should be ${wanted}`);
  if (errors.length > 0)
    throw new Error(`Failed to read kustomization file under ${root}:\n${errors.join('\n')}`);
}
