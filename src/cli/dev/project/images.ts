// The images that objects name, and objects with others in their place. Pure; called by load.ts and deploy/.
import { copyJson, isObject, type JsonObject } from '../../../api/patch/json.ts';
import { normalizeReference } from '../../../cri/image/reference.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';

/** Where the pods' specification is in an object of each kind. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Undefined for an object that makes no pods. */
export function podSpecOf(object: KubeObject): JsonObject | undefined {
  const path = Object.hasOwn(TEMPLATES, object.kind ?? '') ? TEMPLATES[object.kind ?? ''] : undefined;
  if (!path) return undefined;
  let at: unknown = object;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  return isObject(at) ? at : undefined;
}

const containersIn = (spec: JsonObject): JsonObject[] =>
  ['initContainers', 'containers'].flatMap((field) => {
    const list = spec[field];
    return Array.isArray(list) ? list.filter(isObject) : [];
  });

/** Volumes that are images. */
const imageVolumesIn = (spec: JsonObject): JsonObject[] =>
  (Array.isArray(spec.volumes) ? spec.volumes : []).flatMap((volume) =>
    isObject(volume) && isObject(volume.image) ? [volume.image] : [],
  );

export function imagesOf(object: KubeObject): string[] {
  const spec = podSpecOf(object);
  if (!spec) return [];
  const named = [
    ...containersIn(spec).map(({ image }) => image),
    ...imageVolumesIn(spec).map(({ reference }) => reference),
  ];
  return named.filter((image): image is string => typeof image === 'string' && image !== '');
}

/** The ports that containers of an object declare for TCP. */
export function portsOf(object: KubeObject): number[] {
  const spec = podSpecOf(object);
  const ports = spec ? containersIn(spec).flatMap(({ ports }) => (Array.isArray(ports) ? ports : [])) : [];
  return ports.flatMap((port) =>
    isObject(port) && typeof port.containerPort === 'number' && (port.protocol ?? 'TCP') === 'TCP'
      ? [port.containerPort]
      : [],
  );
}

/** Names of the containers of an object that run an image for which `wanted` says so. */
export const containersWith = (object: KubeObject, wanted: (image: string) => boolean): string[] =>
  containersIn(podSpecOf(object) ?? {}).flatMap(({ name, image }) =>
    typeof image === 'string' && wanted(image) ? [String(name)] : [],
  );

/** An image's name in full without tag and digest: what is compared. */
export function repositoryOf(reference: string): string {
  const name = normalizeReference(reference.split('@', 1)[0]!);
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** A tag of its own for each content: a rollout follows from the name alone, and no node mistakes an old image for it. */
export const devReference = (image: string, manifestDigest: string): string =>
  `${repositoryOf(image)}:dev-${manifestDigest.slice('sha256:'.length, 'sha256:'.length + 16)}`;

/**
 * The object with other images, by repository. These are on the nodes and in no registry: they are never pulled anew.
 * What is given is not changed.
 */
export function withImages(object: KubeObject, images: ReadonlyMap<string, string>): KubeObject {
  if (!imagesOf(object).some((image) => images.has(repositoryOf(image)))) return object;
  const copy = copyJson(object);
  const spec = podSpecOf(copy)!;
  for (const [holders, field, policy] of [
    [containersIn(spec), 'image', 'imagePullPolicy'],
    [imageVolumesIn(spec), 'reference', 'pullPolicy'],
  ] as const)
    for (const holder of holders) {
      const name = holder[field];
      const replaced = typeof name === 'string' ? images.get(repositoryOf(name)) : undefined;
      if (replaced === undefined) continue;
      holder[field] = replaced;
      holder[policy] = 'IfNotPresent';
    }
  return copy;
}
