// The port to admission: plug-ins see a write before it is validated (admit, which may change the object) and afterwards
// (validate, which may only refuse it). Implemented by admission/chain.ts; called by create, update and delete of stored
// resources. Upstream: staging/src/k8s.io/apiserver/pkg/admission/interfaces.go.
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import type { WriteContext } from './write-context.ts';

/** One write, as admission plug-ins see it. */
export interface AdmissionAttributes<T extends KubeObject = KubeObject> extends WriteContext {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly kind: AnyResource;
  readonly name: string;
  /** The object to be stored; undefined for DELETE. `admit` changes it in place. */
  readonly object: T | undefined;
  /** The stored object; undefined for CREATE. */
  readonly old: T | undefined;
}

/** Synchronous unless a webhook is called, so that a write without webhooks needs no extra turn of the event loop. */
export interface Admission {
  admit(attributes: AdmissionAttributes): void | Promise<void>;
  validate(attributes: AdmissionAttributes): void | Promise<void>;
}

export const admitsAll: Admission = { admit() {}, validate() {} };

/** Whether a write is to the given kind, through the given subresource (none by default). */
export const concerns = <K extends AnyResource>(
  attributes: AdmissionAttributes,
  kind: K,
  subresource = '',
): attributes is AdmissionAttributes<ObjectOf<K> & KubeObject> =>
  attributes.kind.name === kind.name && attributes.subresource === subresource;
