// Optimistic concurrency: an update must name the object in the URL and, if it names a uid or resourceVersion, the stored
// ones. Called by update.ts. Upstream: BeforeUpdate in registry/rest/update.go and Store.Update (k8s.io/apiserver).
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { badRequest, conflict, invalid, staleVersion } from '../../../api/status/status-error.ts';
import { type ResourceDescription, targetOf } from '../resource.ts';
import type { Strategy } from '../strategy.ts';
import type { WriteContext } from '../write-context.ts';

/** Fills in name and namespace from the URL; throws a 400 when the object names others. */
export function checkIdentity(
  { kind }: ResourceDescription,
  name: string,
  { metadata }: KubeObject,
  { namespace }: WriteContext,
): void {
  metadata.name ||= name;
  if (metadata.name !== name)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  if (!kind.resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  metadata.namespace ||= namespace;
  if (metadata.namespace !== namespace)
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${namespace})`,
    );
}

/** Throws a 409 if the object has another uid or resourceVersion than the stored one. Without a version the update is
 *  unconditional, where the kind allows that. */
export function checkVersion<T extends KubeObject>(
  resource: ResourceDescription,
  { unconditionalUpdate }: Strategy<T>,
  { metadata }: T,
  { metadata: old }: T,
): void {
  const name = metadata.name!;
  if (metadata.uid && metadata.uid !== old.uid)
    throw conflict(
      targetOf(resource),
      name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.uid}`,
    );
  const version = metadata.resourceVersion;
  const unconditional = !version || version === '0';
  if (unconditional && unconditionalUpdate === false)
    throw invalid(resource.kind.resource, name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  if (unconditional) metadata.resourceVersion = old.resourceVersion!;
  else if (version !== old.resourceVersion) throw staleVersion(targetOf(resource), name);
}
