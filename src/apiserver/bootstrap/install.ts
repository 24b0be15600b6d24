// Creates the missing built-in objects, the service `kubernetes` among them, and adds to built-in roles and bindings what they lack.
// Called once by api-server.ts when the server starts. Admission is skipped, since it depends on some of these objects.
// Upstream: pkg/controlplane/controller/clusterauthenticationtrust, pkg/registry/rbac/rest.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Scheme } from '../../api/scheme/scheme.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Presence } from '../presence/presence.ts';
import type { Transform } from '../registry/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { type Authorities, publishAuthorities } from './authorities.ts';
import { builtInObjects } from './built-in-objects.ts';
import type { DefaultServiceCidr } from './default-service-cidr.ts';
import type { RbacObject } from './rbac/bootstrap-rbac.ts';
import { reconciled } from './rbac/reconciled.ts';

export interface InstallOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly defaultCidr: DefaultServiceCidr;
  readonly presence: Presence;
  readonly authorities?: Authorities;
  readonly features?: FeatureGates;
}

export async function install(options: InstallOptions): Promise<void> {
  const { resources, clock, defaultCidr, presence, authorities, features } = options;
  const scheme = new Scheme();
  const resourceOf = ({ apiVersion, kind }: KubeObject): StoredResource =>
    resources.stored(scheme.kind(apiVersion, kind)!);
  const isOn = (gate: string) => features?.enabled(gate) ?? false;
  // The address of the service `kubernetes` is taken from the ServiceCIDR, which has to be there before it.
  await Promise.all([
    ...builtInObjects(isOn).map((object) => ensure(options, resourceOf(object), object)),
    defaultCidr.create(),
  ]);
  await Promise.all([defaultCidr.keep(), presence.start()]);
  if (authorities) await publishAuthorities(resources, clock, authorities);
}

/** An object that another server has created or changed meanwhile is judged as it is then. */
async function ensure(options: InstallOptions, resource: StoredResource, builtIn: KubeObject): Promise<void> {
  const { namespace = '', name = '' } = builtIn.metadata;
  const stored = resource.cache.get(namespace, name)?.object;
  const next = stored && kept(stored, builtIn);
  if (stored && next === stored) return;
  if (next === 'recreate') await remove(options, resource, stored!);
  await write(options, resource, builtIn, (current) => {
    const object = current && kept(current(), builtIn);
    return structuredClone(!object || object === 'recreate' ? (current?.() ?? builtIn) : object);
  });
}

const kept = (current: KubeObject, builtIn: KubeObject): KubeObject | 'recreate' =>
  builtIn.apiVersion?.startsWith('rbac.')
    ? reconciled(current as RbacObject, builtIn as RbacObject)
    : current;

async function remove({ clock }: InstallOptions, resource: StoredResource, { metadata }: KubeObject) {
  const { namespace = '', name = '', uid } = metadata;
  const options = uid ? { preconditions: { uid } } : {};
  try {
    await resource.withoutAdmission().delete(name, options, ownWrite(clock, namespace));
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/** Mode `apply` creates missing objects and does not set managedFields: built-in objects have no field manager. */
function write(
  { clock }: InstallOptions,
  resource: StoredResource,
  { metadata }: KubeObject,
  transform: Transform,
): Promise<unknown> {
  const context = ownWrite(clock, metadata.namespace ?? '');
  return resource.withoutAdmission().update(metadata.name!, transform, context, 'apply');
}
