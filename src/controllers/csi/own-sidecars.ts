// Whether a driver brings controllers of its own, so that ours leave it alone (decision 32). Pure. Called by drivers.ts.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';

/** By the last part of their images' names. */
const SIDECARS = new Set(['csi-provisioner', 'csi-attacher', 'csi-resizer', 'csi-snapshotter']);

/** On a CSIDriver: `external` or `built-in`, whatever is found. */
export const CONTROLLERS = 'tiphys.io/controllers';

/** Runs beside every driver in a pod: tells the kubelet of it. */
const REGISTRAR = 'csi-node-driver-registrar';

export interface DriverView {
  readonly name: string;
  /** Value of the annotation CONTROLLERS. */
  readonly said: string | undefined;
  /** Of all drivers on the same nodes, this one left out. */
  readonly others: readonly string[];
  /** Pods with a registrar on the driver's nodes. */
  readonly nodePods: readonly Readonly<Pod>[];
}

/** All or nothing: of a driver that comes without csi-attacher, but with others, nobody wants volumes to be attached. */
export function bringsOwn(driver: DriverView, runs: (namespace: string) => boolean): boolean {
  if (driver.said === 'external') return true;
  if (driver.said === 'built-in') return false;
  return ownPods(driver).some((pod) => runs(namespaceOf(pod)));
}

/** Those that name the driver; if none does (a socket may have any name), those that name no other. */
function ownPods({ name, others, nodePods }: DriverView): readonly Readonly<Pod>[] {
  const own = nodePods.filter((pod) => mentions(pod, name));
  if (own.length > 0) return own;
  return nodePods.filter((pod) => !others.some((other) => mentions(pod, other)));
}

/** In paths on the node, arguments and variables. */
function mentions({ spec }: Readonly<Pod>, driver: string): boolean {
  const inVolumes = spec?.volumes?.some(({ hostPath }) => hostPath?.path?.includes(driver));
  return (
    inVolumes ||
    (spec?.containers ?? []).some(
      ({ args = [], command = [], env = [] }) =>
        [...args, ...command].some((text) => text.includes(driver)) ||
        env.some(({ value }) => value?.includes(driver)),
    )
  );
}

/** Values of the index of sidecars: most pods have none. */
export function sidecarKeys(pod: Readonly<Pod>): string[] {
  const keys = new Set<string>();
  for (const { image = '' } of pod.spec?.containers ?? []) {
    const name = imageName(image);
    if (name === REGISTRAR && mountsRegistry(pod)) keys.add(registrarOn(pod.spec?.nodeName ?? ''));
    else if (SIDECARS.has(name)) keys.add(sidecarIn(namespaceOf(pod)));
  }
  return keys.size > 0 && isPodTerminal(pod) ? [] : [...keys];
}

/**
 * A registrar that does its work puts a socket into the kubelet's directory. Whoever may mount that has the node anyway; who may only run pods
 * must not stop the controllers of a driver by the names of images.
 */
const mountsRegistry = ({ spec }: Readonly<Pod>): boolean =>
  spec?.volumes?.some(({ hostPath }) => {
    const names = hostPath?.path?.split('/').filter(Boolean);
    return names?.at(-1) === 'plugins_registry' || names?.at(-1) === 'kubelet';
  }) ?? false;

export const registrarOn = (node: string): string => `node/${node}`;
export const sidecarIn = (namespace: string): string => `namespace/${namespace}`;

/** registry.example:5000/path/NAME:tag@digest */
export function imageName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const end = last.search(/[:@]/);
  return end < 0 ? last : last.slice(0, end);
}
