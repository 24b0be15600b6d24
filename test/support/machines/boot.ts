// The scripts with which a machine boots and is entered; pure.

/** Directories that a machine has to itself; they are on its disk. */
const OWN = [
  '/var/lib/tiphys',
  '/var/lib/kubelet',
  '/var/lib/cni',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/etcd',
  '/var/log/pods',
  '/var/log/containers',
  '/var/cache/machine',
  '/etc/cni/net.d',
  '/etc/tiphys',
  '/etc/kubernetes',
];

export interface BootOptions {
  readonly name: string;
  readonly disk: string;
  readonly hosts: string;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * For the first process. Mounts of the clusters of others are taken away first: below the /run to come they would be listed for ever, and a
 * cluster in the machine would take them for its own. The cgroups are mounted anew, since a mount shows the tree from where it was made;
 * in a single tree the process leaves the root, or no controller could be passed on. At last it waits for the end of the test, and reaps orphans meanwhile.
 */
export function bootScript({ name, disk, hosts }: BootOptions): string {
  const own = OWN.map((path) => `mkdir -p ${disk}${path} ${path} && mount --bind ${disk}${path} ${path}`);
  return `set -e
mount --make-rprivate /
awk '$2 ~ "^/run/tiphys/" { print $2 }' /proc/self/mounts | while read -r place; do umount -l "$place" 2>/dev/null || :; done
hostname ${name}
mount -t proc proc /proc
version1=$(awk '$3 == "cgroup" { print $2 }' /proc/self/mounts | sed 's|.*/||')
unified=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
mount -t sysfs sysfs /sys
if [ -n "$version1" ]; then
  mount -t tmpfs -o mode=0755 tmpfs /sys/fs/cgroup
  for tree in $version1; do
    mkdir /sys/fs/cgroup/$tree
    case $tree in systemd) options=none,name=systemd ;; *) options=$tree ;; esac
    mount -t cgroup -o $options cgroup /sys/fs/cgroup/$tree
  done
  if [ -n "$unified" ]; then mkdir /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified; fi
else
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/init
  echo 1 > /sys/fs/cgroup/init/cgroup.procs
fi
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/lock /run/programs
${own.join('\n')}
echo ${quote(`127.0.0.1 localhost\n::1 localhost\n${hosts}`)} > ${disk}/hosts
mount --bind ${disk}/hosts /etc/hosts
if [ -e /etc/resolv.conf ]; then : > ${disk}/resolv.conf; mount --bind ${disk}/resolv.conf /etc/resolv.conf; fi
mount --make-rshared /
echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
echo booted
while read -r _; do :; done`;
}

/**
 * Puts the process into the cgroup of a machine, making it first if need be, and runs the command that follows, inside the namespaces
 * of process \`pid\` if there is one. A cpuset of version 1 takes no process until it is filled.
 */
export function enterScript(cgroup: string, pid: number | undefined): string {
  const leaf = pid === undefined ? '' : '/init';
  return `
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -f "$tree/cgroup.procs" ] || continue
  place="$tree/${cgroup}"
  ${pid === undefined ? makePlace : ''}
  [ -d "$place${leaf}" ] && place="$place${leaf}"
  echo $$ > "$place/cgroup.procs" || exit 1
done
exec ${pid === undefined ? '' : `nsenter -t ${pid} -n -m -p -u -i -C --`} "$@"`;
}

/** Makes a cgroup of a name below the one before it, which has to be there: two machines that made it at a time would be in each other's way. */
export const cgroupScript = (cgroup: string): string => `
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -f "$tree/cgroup.procs" ] || continue
  place="$tree/${cgroup}"
  ${makePlace}
done`;

const makePlace = `mkdir -p "$place"
  above=$(dirname "$place")
  [ -f "$place/cpuset.cpus" ] && [ -z "$(cat "$place/cpuset.cpus")" ] &&
    for file in cpuset.cpus cpuset.mems; do cat "$above/$file" > "$place/$file"; done
  if [ -f "$tree/cgroup.controllers" ]; then
    for controller in $(cat "$above/cgroup.controllers"); do echo "+$controller" > "$above/cgroup.subtree_control" 2>/dev/null; done
  fi`;
