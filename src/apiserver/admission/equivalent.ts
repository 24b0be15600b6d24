// The other versions in which a resource is served: with the match policy Equivalent, rules for one of them hold for all, and who
// is asked sees the objects in the version of the rule. Upstream: the EquivalentResourceMapper of
// staging/src/k8s.io/apimachinery/pkg/runtime/mapper.go, conversion.go in apiserver/pkg/admission/plugin/webhook/generic.
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { copyJson } from '../../api/patch/json.ts';
import { type AdmissionAttributes, type Carried, isWhole } from '../registry/admission.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import type { ResourceTable } from '../registry/resource-table.ts';

const versionsOf = (resources: ResourceTable, { resource }: AnyResource) =>
  resources.get(resource.group, resource.version, resource.plural)?.versions;

export const otherVersions = (resources: ResourceTable, kind: AnyResource): readonly AnyResource[] =>
  versionsOf(resources, kind)?.kinds.filter(
    (other) =>
      other !== kind && resources.get(other.resource.group, other.resource.version, other.resource.plural),
  ) ?? [];

/** What a webhook or a policy sees of a request: the objects in the version that its rules match. */
export interface Seen {
  readonly kind: AnyResource;
  readonly object: Carried | undefined;
  readonly old: Carried | undefined;
}

export const asRequested = ({ kind, object, old }: AdmissionAttributes): Seen => ({ kind, object, old });

/** Objects of subresources that have a kind of their own are the same in all versions. */
export function seenIn(
  resources: ResourceTable,
  attributes: AdmissionAttributes,
  kind: AnyResource,
): Eventual<Seen> {
  const versions = kind === attributes.kind ? undefined : versionsOf(resources, attributes.kind);
  if (!versions || !isWhole(attributes)) return { ...asRequested(attributes), kind };
  const { object, old } = attributes;
  const converted = (one: KubeObject | undefined): Eventual<KubeObject | undefined> =>
    one && versions.convert(stamped(one, attributes.kind), kind);
  return andThen(converted(object), (newer) =>
    andThen(converted(old), (older) => ({ kind, object: newer, old: older })),
  );
}

/** Takes over what was changed in the version of `seen`: the object of the request is changed in place, since the registry holds
 *  a reference to it. */
export function takeOver(
  resources: ResourceTable,
  attributes: AdmissionAttributes,
  { kind }: Seen,
  changed: Carried,
): Eventual<void> {
  const versions = kind === attributes.kind ? undefined : versionsOf(resources, attributes.kind);
  if (!versions || !isWhole(attributes)) return replace(attributes.object!, changed);
  const back = versions.convert(stamped(changed as KubeObject, kind), attributes.kind);
  return andThen(back, (object) => replace(attributes.object!, object));
}

/** With the type that a client may have left out. */
const stamped = (object: KubeObject, { resource }: AnyResource): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

/** The parts are copied: they may be shared with objects that do not change. */
function replace(object: Carried, wanted: Carried): void {
  const [to, from] = [object as Record<string, unknown>, copyJson(wanted) as Record<string, unknown>];
  for (const key of Object.keys(to)) delete to[key];
  Object.assign(to, from);
}
