// What an administrator writes to run containerd, or CRI-O, for a kubelet: as in docs/runtimes.md, with everything below
// one directory and a registry at 127.0.0.1:5000.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Places {
  readonly directory: string;
  readonly socket: string;
  readonly cniPrograms: string;
  /** Where other programs than the machine's lie: OCI runtimes, too, if they are there. */
  readonly programs?: string | undefined;
  /** Whether systemd makes the cgroups; the runtime itself otherwise. */
  readonly systemd?: boolean;
}

const ociRuntime = (name: string, programs = ''): string => findIn([programs, '/usr/sbin', '/usr/bin'], name);

const findIn = (directories: readonly string[], name: string): string =>
  directories.map((directory) => join(directory, name)).find(existsSync) ?? name;

export const containerdConfig = ({
  directory,
  socket,
  cniPrograms,
  programs,
  systemd = false,
}: Places): string => `version = 2
root = "${directory}/root"
state = "${directory}/state"
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${socket}.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "${directory}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "127.0.0.1:5000/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = ${systemd}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]
      BinaryName = "${ociRuntime('crun', programs)}"
      SystemdCgroup = ${systemd}
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniPrograms}"
    conf_dir = "/etc/cni/net.d"
`;

export const crioConfig = ({
  directory,
  socket,
  cniPrograms,
  programs,
  systemd = false,
}: Places & { programs: string }): string => `
[crio]
root = "${directory}/root"
runroot = "${directory}/state"
log_dir = "${directory}/logs"
version_file = "${directory}/state/version"
clean_shutdown_file = "${directory}/root/clean.shutdown"
storage_driver = "overlay"
[crio.api]
listen = "${socket}"
stream_address = "127.0.0.1"
stream_port = "0"
[crio.runtime]
default_runtime = "runc"
cgroup_manager = "${systemd ? 'systemd' : 'cgroupfs'}"
conmon_cgroup = "${systemd ? 'system.slice' : 'pod'}"
pinns_path = "${programs}/pinns"
namespaces_dir = "${directory}/state/ns"
container_exits_dir = "${directory}/state/exits"
container_attach_socket_dir = "${directory}/state/attach"
apparmor_profile = "unconfined"
enable_pod_events = true
pids_limit = 4096
[crio.runtime.runtimes.runc]
runtime_path = "${ociRuntime('runc', programs)}"
runtime_root = "${directory}/state/runc"
monitor_path = "${programs}/conmon"
[crio.runtime.runtimes.crun]
runtime_path = "${ociRuntime('crun', programs)}"
runtime_root = "${directory}/state/crun"
monitor_path = "${programs}/conmon"
[crio.image]
pause_image = "127.0.0.1:5000/pause:1"
pause_command = "/pause"
signature_policy = "${directory}/policy.json"
[crio.network]
network_dir = "/etc/cni/net.d"
plugin_dirs = ["${cniPrograms}"]
`;

/** Whose images CRI-O runs: everybody's. */
export const TRUSTS_ALL = '{"default":[{"type":"insecureAcceptAnything"}]}';

/** Of containers/registries.conf in /etc, or below the user's .config: the registry of the test speaks plain HTTP. */
export const REGISTRIES = '[[registry]]\nlocation = "127.0.0.1:5000"\ninsecure = true\n';
