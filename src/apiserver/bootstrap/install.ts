// Creates the missing built-in objects, the service `kubernetes` among them. Called once by api-server.ts when the server starts. Admission is skipped, since it depends on some of these objects.
// Upstream: pkg/controlplane/controller/clusterauthenticationtrust, pkg/registry/rbac/rest.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Scheme } from '../../api/scheme/scheme.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Presence } from '../presence/presence.ts';
import type { Transform } from '../registry/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { type Authorities, publishAuthorities } from './authorities.ts';
import { builtInObjects } from './built-in-objects.ts';
import type { DefaultServiceCidr } from './default-service-cidr.ts';

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
  const isMissing = (object: KubeObject) => {
    const { namespace = '', name = '' } = object.metadata;
    return !resourceOf(object).cache.entry(namespace, name);
  };
  const create = (objects: readonly KubeObject[]) =>
    objects.filter(isMissing).map((object) => createMissing(options, resourceOf(object), object));
  // The address of the service `kubernetes` is taken from the ServiceCIDR, which has to be there before it.
  await Promise.all([
    ...create(builtInObjects((gate) => features?.enabled(gate) ?? false)),
    defaultCidr.create(),
  ]);
  await Promise.all([defaultCidr.keep(), presence.start()]);
  if (authorities) await publishAuthorities(resources, clock, authorities);
}

/** An object that another server has created meanwhile is not changed. */
function createMissing(
  options: InstallOptions,
  resource: StoredResource,
  object: KubeObject,
): Promise<unknown> {
  return write(options, resource, object, (current) => current?.() ?? structuredClone(object));
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
