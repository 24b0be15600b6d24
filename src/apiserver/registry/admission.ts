// The port to admission: plug-ins see a write before it is validated (admit, which may change the object) and afterwards
// (validate, which may only refuse it). Implemented by admission/chain.ts; called for every write, by create, update and
// delete of stored resources and by virtual resources, and by the handlers of subresources that take objects of other kinds
// or connect to another server (admitted.ts). Upstream: staging/src/k8s.io/apiserver/pkg/admission/interfaces.go.
import type { ObjectMeta } from '../../api/meta/v1/object-meta.ts';
import { type AnyResource, type KubeObject, type ObjectOf, ruledAs } from '../../api/meta/v1/resource.ts';
import type { AnyField, Of, Struct, StructType } from '../../api/schema/notation.ts';
import type { WriteContext } from './write-context.ts';

/** What a request carries: an object, or the options of a connection, which have no metadata. */
export interface Carried {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

/** One write or connection, as admission plug-ins see it. */
export interface AdmissionAttributes<T extends Carried = Carried> extends WriteContext {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  /** The kind of the resource in the path. */
  readonly kind: AnyResource;
  /** The schema of `object` and `old`: `kind`, or for some subresources another, such as Eviction or Scale. */
  readonly schema: StructType;
  readonly name: string;
  /** The object to be stored or acted on; undefined for DELETE. `admit` changes it in place. */
  readonly object: T | undefined;
  /** The stored object; undefined for CREATE and CONNECT. */
  readonly old: T | undefined;
}

/** Synchronous unless another server is asked, so that a write without webhooks needs no extra turn of the event loop. */
export interface Admission {
  admit(attributes: AdmissionAttributes): void | Promise<void>;
  validate(attributes: AdmissionAttributes): void | Promise<void>;
}

export const admitsAll: Admission = { admit() {}, validate() {} };

/** Whether a write is to the given kind, in any version that has its fields, through the given subresource (none by default), with
 *  an object of this kind. */
export const concerns = <K extends AnyResource>(
  attributes: AdmissionAttributes,
  kind: K,
  subresource = '',
): attributes is AdmissionAttributes<ObjectOf<K> & KubeObject> =>
  kindNameOf(attributes.schema) === kind.name && attributes.subresource === subresource;

function kindNameOf(schema: StructType): string {
  if (!('resource' in schema)) return schema.name;
  const kind = schema as AnyResource;
  return kind.resource.hasOtherFields ? kind.name : ruledAs(kind).name;
}

/** Whether the object is of the resource's own kind: for all writes of stored objects but those through /scale. */
export const isWhole = (attributes: AdmissionAttributes): attributes is AdmissionAttributes<KubeObject> =>
  attributes.schema === attributes.kind;

/** Whether a write is to a subresource of the given kind that takes objects of another schema. */
export const carries = <F extends Readonly<Record<string, AnyField>>>(
  attributes: AdmissionAttributes,
  kind: AnyResource,
  subresource: string,
  schema: Struct<F>,
): attributes is AdmissionAttributes<Of<Struct<F>> & Carried> =>
  attributes.schema.name === schema.name &&
  attributes.kind.name === kind.name &&
  attributes.subresource === subresource;
