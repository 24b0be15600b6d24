// Slices of systemd as cgroups of pods: what is asked of its manager, as arguments of busctl. Pure, but for `busSlices`, which
// runs it. Called by systemd-cgroups.ts. Upstream: the systemd managers of github.com/opencontainers/cgroups.
import type { NodeExec } from '../options.ts';
import { weightOf } from './cgroup-weight.ts';
import { CPU_PERIOD, type PodLimits } from './container-resources.ts';

export interface Property {
  readonly name: string;
  /** D-Bus: b = boolean, t = 64 bits without sign, s = text. */
  readonly type: 'b' | 't' | 's';
  readonly value: string;
}

export interface Slices {
  /** Makes the slice, or changes its properties where it is there. */
  put(name: string, properties: readonly Property[]): Promise<void>;
  /** A slice that is not there is no failure. */
  stop(name: string): Promise<void>;
}

/** How systemd writes that there is no limit. */
const INFINITY = '18446744073709551615';

const number = (name: string, value: number | undefined): Property => ({
  name,
  type: 't',
  value: value ? String(value) : INFINITY,
});

/** With `lift`, limits that are not wanted are taken away, too. */
export function limitProperties(
  limits: PodLimits,
  { v2, lift = false, pids }: { v2: boolean; lift?: boolean; pids?: number | undefined },
): Property[] {
  const perSecond = limits.cpuQuota && Math.ceil((limits.cpuQuota * 1_000_000) / CPU_PERIOD);
  return [
    v2 ? number('CPUWeight', weightOf(limits.cpuShares)) : number('CPUShares', limits.cpuShares),
    ...(perSecond || lift ? [number('CPUQuotaPerSecUSec', perSecond)] : []),
    ...(limits.memory || lift ? [number(v2 ? 'MemoryMax' : 'MemoryLimit', limits.memory)] : []),
    ...(pids ? [number('TasksMax', pids)] : []),
  ];
}

/** Without accounting systemd makes no cgroup in the hierarchies of version 1. */
const MADE_WITH: readonly Property[] = [
  { name: 'DefaultDependencies', type: 'b', value: 'false' },
  ...['CPUAccounting', 'MemoryAccounting', 'TasksAccounting', 'IOAccounting'].map(
    (name): Property => ({ name, type: 'b', value: 'true' }),
  ),
];

const MANAGER = [
  'org.freedesktop.systemd1',
  '/org/freedesktop/systemd1',
  'org.freedesktop.systemd1.Manager',
] as const;

const words = (properties: readonly Property[]): string[] => [
  String(properties.length),
  ...properties.flatMap(({ name, type, value }) => [name, type, value]),
];

const call = (method: string, ...rest: readonly string[]) => ['busctl', 'call', ...MANAGER, method, ...rest];

export const startCommand = (name: string, properties: readonly Property[]): string[] =>
  call(
    'StartTransientUnit',
    'ssa(sv)a(sa(sv))',
    name,
    'replace',
    ...words([...MADE_WITH, ...properties]),
    '0',
  );

/** `true`: until the next boot only. */
export const changeCommand = (name: string, properties: readonly Property[]): string[] =>
  call('SetUnitProperties', 'sba(sv)', name, 'true', ...words(properties));

export const stopCommand = (name: string): string[] => call('StopUnit', 'ss', name, 'replace');

/** As busctl prints the errors of the manager. */
const EXISTS = /already (exists|loaded)/;
const MISSING = /not loaded/;

export const busSlices = (exec: NodeExec): Slices => ({
  async put(name, properties) {
    try {
      await exec(startCommand(name, properties));
    } catch (error) {
      if (!EXISTS.test(String(error))) throw error;
      if (properties.length > 0) await exec(changeCommand(name, properties));
    }
  },
  async stop(name) {
    try {
      await exec(stopCommand(name));
    } catch (error) {
      if (!MISSING.test(String(error))) throw error;
    }
  },
});
