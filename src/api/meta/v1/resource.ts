// What the API serves of a kind besides its fields: names, scope, verbs, subresources.
// `resource` adds apiVersion, kind and metadata, so that no kind repeats them.
import { type AnyField, type Of, ref, type Struct, string, struct } from '../../schema/notation.ts';
import { ObjectMeta } from './object-meta.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

export interface Subresource {
  /** The kind of its objects: `Kind` of the same group, or `group/version/Kind`. */
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface ResourceInfo {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Description of the kind, for explain. */
  readonly doc?: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Defaults to all verbs. */
  readonly verbs?: readonly Verb[];
  readonly storageVersionHash?: string;
  readonly subresources?: Readonly<Record<string, Subresource>>;
  /** The kind in the version in which it is stored: whatever is known of that kind holds for this one. */
  readonly like?: AnyResource;
  /** `like` has other fields: objects are converted where these matter. */
  readonly hasOtherFields?: true;
}

const envelope = {
  apiVersion: string(0, { doc: 'APIVersion defines the API group and version of this object.' }),
  kind: string(0, { doc: 'Kind of this object.' }),
  metadata: ref(1, ObjectMeta, {
    emit: 'always',
    doc: "Standard object's metadata, such as name, namespace and labels.",
  }),
};

/** Where a kind has no description of its own. */
const docs: Readonly<Record<string, string>> = {
  spec: 'Desired state of the object.',
  status: 'Most recently observed state of the object. Written by the system.',
};

function explained(fields: Readonly<Record<string, AnyField>>): Readonly<Record<string, AnyField>> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const doc = field.doc ?? docs[name];
    return [name, doc === undefined ? field : { ...field, doc }] as const;
  });
  return Object.fromEntries(entries);
}

type Envelope = {
  apiVersion: { readonly required: true; readonly phantom?: string } & AnyField;
  kind: { readonly required: true; readonly phantom?: string } & AnyField;
  metadata: { readonly required: true; readonly phantom?: ObjectMeta } & AnyField;
};

/** A kind that is served: its struct, with its names. */
export interface Resource<F extends Readonly<Record<string, AnyField>>> extends Struct<F & Envelope> {
  readonly resource: ResourceInfo;
}

export type AnyResource = Resource<Readonly<Record<string, AnyField>>>;

/** The fields that stored objects of all kinds have. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The TypeScript type of a resource's objects. */
export type ObjectOf<R extends Struct<Readonly<Record<string, AnyField>>>> = Of<R>;

export function resource<const F extends Readonly<Record<string, AnyField>>>(
  name: string,
  info: ResourceInfo,
  fields: F,
): Resource<F>;
export function resource(
  name: string,
  info: ResourceInfo,
  fields: Readonly<Record<string, AnyField>>,
): AnyResource {
  const all: Readonly<Record<string, AnyField>> = { ...envelope, ...explained(fields) };
  const made = struct(name, all, info.doc === undefined ? {} : { doc: info.doc });
  return { ...made, resource: info } as AnyResource;
}

/** A kind in another version, in which it has the same fields. Its parts keep their names of this version in OpenAPI. */
export const inVersion = <K extends AnyResource>(kind: K, version: string): K => ({
  ...kind,
  name: kind.name.replace(`.${kind.resource.version}.`, `.${version}.`),
  resource: { ...kind.resource, version, like: kind },
});

/** The kind by which rules, columns and defaults are looked up. */
export const ruledAs = (kind: AnyResource): AnyResource => kind.resource.like ?? kind;

/** `group/version`, or `version` in the core group. */
export function apiVersionOf(info: Pick<ResourceInfo, 'group' | 'version'>): string {
  return info.group ? `${info.group}/${info.version}` : info.version;
}
