// Makes the data directory of a cluster's first member from a database: by etcd's own program, which gives the cluster a new identity, so
// that members of an older one are no danger to it. Called by server/, when it moves the embedded store's data.
import { renameSync, rmSync } from 'node:fs';
import { findProgram } from '../../cri/containerd/supervisor/oci-runtimes.ts';
import { tryExec } from '../../kit/exec.ts';
import { UserError } from '../progress.ts';
import { type MemberPlace, peerUrl } from './member-flags.ts';

/** `dataDir` must not exist; it appears when it is complete. `token` is this cluster's own. */
export async function restoreMember(
  database: string,
  dataDir: string,
  member: MemberPlace,
  token: string,
): Promise<void> {
  const part = `${dataDir}.restoring`;
  rmSync(part, { recursive: true, force: true });
  const url = peerUrl(member);
  const { code, stderr, stdout } = await tryExec(
    [
      // etcd 3.5 moved it there, and 3.6 took it out of etcdctl.
      ...[findProgram('etcdutl') ? 'etcdutl' : 'etcdctl', 'snapshot', 'restore', database],
      ...['--skip-hash-check', '--data-dir', part, '--name', member.name],
      ...['--initial-cluster', `${member.name}=${url}`, '--initial-advertise-peer-urls', url],
      ...['--initial-cluster-token', token],
    ],
    { env: { ...process.env, ETCDCTL_API: '3' } },
  );
  if (code !== 0) throw new Error(`etcd could not take over the data: ${stderr || stdout}`);
  renameSync(part, dataDir);
}

/** Before anything is made. */
export function checkEtcdPrograms(): void {
  const restores = findProgram('etcdutl') ?? findProgram('etcdctl');
  const missing = [...(findProgram('etcd') ? [] : ['etcd-server']), ...(restores ? [] : ['etcd-client'])];
  if (missing.length > 0)
    throw new UserError(`etcd: not found; apt-get install ${missing.join(' ')} (docs/servers.md)`);
}
