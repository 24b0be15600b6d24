// containerd's configuration for one node: everything under one directory, CRI only, cgroupfs. Tested with containerd
// 1.6; later versions accept `version = 2` too. Called by the supervisor.
import { join } from 'node:path';

export interface ContainerdConfig {
  /** Absolute directory for all of containerd's files. */
  directory: string;
  /** Absolute path of its unix socket: at most 107 characters. */
  socket: string;
  /** Address of the node, where the streaming server (exec, attach, port-forward) listens. */
  streamAddress: string;
  cniConfigDirectory: string;
  cniPluginDirectory: string;
  /** Name of the pause image, which must be on the node before the first pod. */
  sandboxImage: string;
  /** True where OOM scores may not be lowered (no CAP_SYS_RESOURCE): no container would start otherwise. */
  restrictOomScore: boolean;
  /** Runtimes by the name a RuntimeClass handler has; the first is the default. */
  runtimes: readonly OciRuntime[];
}

export interface OciRuntime {
  handler: string;
  binary: string;
}

/** `restart` must not run: images' labels reach it, and it starts programs of the machine by them (CVE-2026-53488). */
const UNUSED = [
  'internal.v1.restart',
  'snapshotter.v1.btrfs',
  'snapshotter.v1.zfs',
  'snapshotter.v1.devmapper',
  'snapshotter.v1.aufs',
  'internal.v1.opt',
  'tracing.processor.v1.otlp',
  'internal.v1.tracing',
];

export function configToml(config: ContainerdConfig): string {
  const { directory, runtimes } = config;
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${quote(join(directory, 'root'))}
state = ${quote(join(directory, 'state'))}
disabled_plugins = [${UNUSED.map((name) => `"io.containerd.${name}"`).join(', ')}]
[grpc]
  address = ${quote(config.socket)}
[${cri}]
  sandbox_image = ${quote(config.sandboxImage)}
  stream_server_address = ${quote(config.streamAddress)}
  stream_server_port = "0"
  disable_apparmor = true
  restrict_oom_score_adj = ${config.restrictOomScore}
  tolerate_missing_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  max_container_log_line_size = 16384
  [${cri}.registry]
    config_path = ${quote(join(directory, 'certs.d'))}
  [${cri}.containerd]
    snapshotter = "overlayfs"
    default_runtime_name = ${quote(runtimes[0]!.handler)}
${runtimes.map((runtime) => runtimeToml(cri, directory, runtime)).join('')}  [${cri}.cni]
    bin_dir = ${quote(config.cniPluginDirectory)}
    conf_dir = ${quote(config.cniConfigDirectory)}
`;
}

/** The OCI runtime's state is kept under our directory too, so that removing the directory leaves nothing behind. */
function runtimeToml(cri: string, directory: string, { handler, binary }: OciRuntime): string {
  return `    [${cri}.containerd.runtimes.${handler}]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.${handler}.options]
        SystemdCgroup = false
        BinaryName = ${quote(binary)}
        Root = ${quote(join(directory, 'oci', handler))}
`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
