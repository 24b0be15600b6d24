// CDI devices, resolved here: containerd 1.6 knows nothing of CDI. Specifications are JSON or YAML files that drivers write; what they say
// of environment, device nodes and mounts goes into the container's configuration. Hooks cannot be given to the runtime.
// The format: SPEC.md of the Container Device Interface.
import { parseYaml } from '../../api/codec/yaml.ts';
import type { ContainerConfig, Device, Mount } from '../../cri/runtime.ts';
import { inside, type NodeFiles, type NodePath, nodePath } from '../files/node-files.ts';

/** Later ones win. */
const DIRECTORIES = ['/etc/cdi', '/var/run/cdi'];
const MOST_FILES = 200;
const MOST_BYTES = 256 << 10;

/** What devices add to a container. */
export interface CdiEdits {
  readonly envs: readonly { readonly key: string; readonly value: string }[];
  readonly devices: readonly Device[];
  readonly mounts: readonly Mount[];
}

const NO_EDITS: CdiEdits = { envs: [], devices: [], mounts: [] };

type Json = Readonly<Record<string, unknown>>;

/** A specification with its devices by their full names, `vendor/class=device`. */
interface Spec {
  readonly edits: unknown;
  readonly devices: ReadonlyMap<string, unknown>;
}

/** Throws for devices that no specification has, and for what cannot be done. */
export async function cdiEdits(files: NodeFiles, names: readonly string[]): Promise<CdiEdits> {
  if (names.length === 0) return NO_EDITS;
  const specs = await readSpecs(files);
  const found = names.map((name) => [name, specs.findLast(({ devices }) => devices.has(name))] as const);
  const unknown = found.flatMap(([name, spec]) => (spec ? [] : [name]));
  if (unknown.length > 0)
    throw new Error(`CDI device injection failed: unresolvable CDI devices ${unknown.join(', ')}`);
  // What a specification says for all of its devices counts once.
  const general = new Set(found.map(([, spec]) => spec!));
  const all = [
    ...[...general].map((spec) => editsOf(spec.edits, names[0]!)),
    ...found.map(([name, spec]) => editsOf(spec!.devices.get(name), name)),
  ];
  return {
    envs: all.flatMap(({ envs }) => envs),
    devices: all.flatMap(({ devices }) => devices),
    mounts: all.flatMap(({ mounts }) => mounts),
  };
}

/** Its own settings come last where the later one counts, and so win. */
export const withEdits = (config: ContainerConfig, { envs, devices, mounts }: CdiEdits): ContainerConfig => ({
  ...config,
  envs: [...envs.filter(({ key }) => !config.envs?.some((own) => own.key === key)), ...(config.envs ?? [])],
  devices: [...(config.devices ?? []), ...devices],
  mounts: [...(config.mounts ?? []), ...mounts],
});

async function readSpecs(files: NodeFiles): Promise<Spec[]> {
  const specs: Spec[] = [];
  for (const directory of DIRECTORIES) {
    const path = nodePath(directory);
    for (const name of (await files.list(path)).slice(0, MOST_FILES)) {
      if (!/\.(json|yaml|yml)$/.test(name)) continue;
      const spec = await readSpec(files, inside(path, name), name.endsWith('.json'));
      if (spec) specs.push(spec);
    }
  }
  return specs;
}

/** Undefined for a file that is no specification: its devices are unresolvable then. */
async function readSpec(files: NodeFiles, path: NodePath, isJson: boolean): Promise<Spec | undefined> {
  const stat = await files.stat(path);
  if (stat?.type !== 'file' || stat.size > MOST_BYTES) return undefined;
  const text = String((await files.read(path)) ?? '');
  try {
    const { kind, devices, containerEdits } = objectOf(isJson ? JSON.parse(text) : parseYaml(text));
    const byName = listOf(devices)
      .map(objectOf)
      .map(({ name, containerEdits: edits }) => [`${String(kind)}=${String(name)}`, edits] as const);
    return { edits: containerEdits, devices: new Map(byName) };
  } catch {
    return undefined;
  }
}

function editsOf(value: unknown, name: string): CdiEdits {
  const { env, deviceNodes, mounts, hooks, intelRdt } = objectOf(value);
  const unsupported = [...(listOf(hooks).length > 0 ? ['hooks'] : []), ...(intelRdt ? ['intelRdt'] : [])];
  if (unsupported.length > 0)
    throw new Error(
      `CDI device injection failed: ${name} needs ${unsupported.join(' and ')}, which is not supported`,
    );
  return {
    envs: listOf(env).map((one) => {
      const text = String(one);
      const end = text.indexOf('=');
      return end < 0 ? { key: text, value: '' } : { key: text.slice(0, end), value: text.slice(end + 1) };
    }),
    devices: listOf(deviceNodes)
      .map(objectOf)
      .map(({ path, hostPath, permissions }) => ({
        containerPath: String(path),
        hostPath: String(hostPath ?? path),
        permissions: String(permissions ?? 'rwm'),
      })),
    mounts: listOf(mounts).map(objectOf).map(mountOf),
  };
}

function mountOf({ hostPath, containerPath, options }: Json): Mount {
  const given = new Set(listOf(options).map(String));
  return {
    hostPath: String(hostPath),
    containerPath: String(containerPath),
    readonly: given.has('ro'),
    ...((given.has('rslave') || given.has('slave')) && { propagation: 'hostToContainer' as const }),
    ...((given.has('rshared') || given.has('shared')) && { propagation: 'bidirectional' as const }),
  };
}

const objectOf = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
