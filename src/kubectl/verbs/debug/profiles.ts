// The debugging profiles: what each allows or forbids the debugging container, and what it leaves out of a copied pod. Pure: takes
// a pod and gives a changed copy. Follows upstream's profiles of v1.36.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { SecurityContext } from '../../../api/kinds/core/v1/security-context.ts';
import type { AnyContainer } from '../../pods/containers.ts';

export const PROFILES = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin'] as const;
export type Profile = (typeof PROFILES)[number];

/** How a target is debugged. */
export type Style = 'ephemeral' | 'copy' | 'node';

/** What a copy keeps of its original. */
export interface Kept {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

export function profileOf(name: string): Profile {
  const found = PROFILES.find((profile) => profile === name);
  if (!found) throw new Error(`unknown profile: ${name}`);
  return found;
}

/** The pod with the profile applied to the container of that name. */
export function withProfile(pod: Pod, name: string, profile: Profile, style: Style, kept: Kept): Pod {
  const secured = withContainer(pod, name, (container) => {
    const securityContext = secure(profile, style, container.securityContext);
    return { ...withoutContext(container), ...(securityContext && { securityContext }) };
  });
  if (style === 'node') return asNodePod(secured, name, profile);
  return style === 'copy' ? asCopy(secured, profile, kept) : secured;
}

function withoutContext<C extends AnyContainer>(container: C): C {
  const { securityContext: _, ...rest } = container;
  return rest as C;
}

function secure(
  profile: Profile,
  style: Style,
  context: SecurityContext | undefined,
): SecurityContext | undefined {
  if (profile === 'general') return style === 'node' ? undefined : withCapabilities(context, ['SYS_PTRACE']);
  if (profile === 'netadmin') return withCapabilities(context, ['NET_ADMIN', 'NET_RAW']);
  if (profile === 'sysadmin') return { ...context, privileged: true };
  if (profile === 'restricted')
    return {
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
    };
  return profile === 'baseline' ? undefined : context;
}

const withCapabilities = (context: SecurityContext | undefined, add: string[]): SecurityContext => ({
  ...context,
  capabilities: { ...context?.capabilities, add: [...(context?.capabilities?.add ?? []), ...add] },
});

const HOST_ROOT = 'host-root';

/** With the node's namespaces, and its file system at /host, where the profile has them. */
function asNodePod(pod: Pod, name: string, profile: Profile): Pod {
  const mounts = profile === 'legacy' || profile === 'general' || profile === 'sysadmin';
  const shares = mounts || profile === 'netadmin';
  const spec = pod.spec!;
  const mounted = !mounts
    ? pod
    : withContainer(
        {
          ...pod,
          spec: { ...spec, volumes: [...(spec.volumes ?? []), { name: HOST_ROOT, hostPath: { path: '/' } }] },
        },
        name,
        (container) => ({
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { mountPath: '/host', name: HOST_ROOT }],
        }),
      );
  if (!shares) return mounted;
  return { ...mounted, spec: { ...mounted.spec!, hostNetwork: true, hostPID: true, hostIPC: true } };
}

/** Without what would make a workload, a Service or a probe take the copy for the original. */
function asCopy(pod: Pod, profile: Profile, kept: Kept): Pod {
  const { labels, annotations, ...metadata } = pod.metadata;
  if (profile === 'legacy') return { ...pod, metadata: { ...metadata, ...(annotations && { annotations }) } };
  const { initContainers, ...spec } = pod.spec!;
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(kept.labels && labels && { labels }),
      ...(kept.annotations && annotations && { annotations }),
    },
    spec: {
      ...spec,
      ...(kept.initContainers && initContainers && { initContainers }),
      containers: spec.containers.map((container) => {
        const { livenessProbe, readinessProbe, startupProbe, ...rest } = container;
        return {
          ...rest,
          ...(kept.liveness && livenessProbe && { livenessProbe }),
          ...(kept.readiness && readinessProbe && { readinessProbe }),
          ...(kept.startup && startupProbe && { startupProbe }),
        };
      }),
      shareProcessNamespace: spec.shareProcessNamespace ?? true,
    },
  };
}

/** Changes the first container of that name: an init container, then a container, then an ephemeral one. */
export function withContainer(
  pod: Pod,
  name: string,
  change: <C extends AnyContainer>(container: C) => C,
): Pod {
  const spec = pod.spec!;
  let found = false;
  const changed = <C extends AnyContainer>(list: readonly C[] | undefined): C[] | undefined =>
    list?.map((container) => {
      if (found || container.name !== name) return container;
      found = true;
      return change(container);
    });
  const initContainers = changed(spec.initContainers);
  const containers = changed(spec.containers) ?? [];
  const ephemeralContainers = changed(spec.ephemeralContainers);
  return {
    ...pod,
    spec: {
      ...spec,
      ...(initContainers && { initContainers }),
      containers,
      ...(ephemeralContainers && { ephemeralContainers }),
    },
  };
}
