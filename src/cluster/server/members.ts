// The members of the servers' own etcd as commands see them, and the removal of one. Works from the files of this machine's server, which
// need not run. Called by `tiphys server list` and `tiphys server remove`.
import { join } from 'node:path';
import { messageOf } from '../../kit/message-of.ts';
import { EtcdAdministration, EtcdRefusal, type EtcdTls, type Member } from '../etcd-member/administration.ts';
import { removalProblem } from '../etcd-member/membership.ts';
import { readCredential } from '../pki/credential-files.ts';
import { UserError } from '../progress.ts';
import { clusterPaths } from '../state/paths.ts';
import { readSavedServer } from './saved-server.ts';

export interface ListedServer {
  /** Empty of a machine that has been added, and has not started yet. */
  readonly name: string;
  readonly status: 'Running' | 'NotResponding' | 'NotStarted';
  readonly role: 'leader' | 'follower' | 'learner' | 'unknown';
  readonly url: string;
  readonly version?: string;
  /** Of etcd's database, and how many of them are used. */
  readonly bytes?: number;
  readonly bytesUsed?: number;
  readonly id: string;
}

export async function listMembers(dataDir: string): Promise<readonly ListedServer[]> {
  const etcd = administrationOf(dataDir);
  return Promise.all((await membersOf(etcd)).map((member) => look(etcd, member)));
}

async function look(etcd: EtcdAdministration, member: Member): Promise<ListedServer> {
  const { id, name, isLearner } = member;
  const url = member.clientUrls[0] ?? member.peerUrls[0] ?? '';
  const unknown = { id, name, url, role: isLearner ? 'learner' : 'unknown' } as const;
  if (name === '') return { ...unknown, status: 'NotStarted' };
  const found = await etcd.status(url).catch(() => undefined);
  if (!found || found.id !== id) return { ...unknown, status: 'NotResponding' };
  const { version, bytes, bytesUsed } = found;
  const role = isLearner ? 'learner' : found.leader === id ? 'leader' : 'follower';
  return { id, name, url, role, status: 'Running', version, bytes, bytesUsed };
}

/** By its name, its id or its URL. `force`: although the others are no majority then. */
export async function removeMember(dataDir: string, wanted: string, force: boolean): Promise<ListedServer> {
  const etcd = administrationOf(dataDir);
  const members = await membersOf(etcd);
  const target = members.find(
    ({ id, name, clientUrls, peerUrls }) =>
      id === wanted || name === wanted || [...clientUrls, ...peerUrls].includes(wanted),
  );
  if (!target)
    throw new UserError(
      `no server ${wanted}; there are ${members.map(({ name, id }) => name || id).join(', ')}`,
    );
  const listed = await Promise.all(members.map((member) => look(etcd, member)));
  const healthy = new Set(listed.filter(({ status }) => status === 'Running').map(({ id }) => id));
  const problem = removalProblem(members, healthy, target);
  if (problem && (!force || members.length === 1))
    throw new UserError(
      `server ${wanted} stays: ${problem}${members.length > 1 ? ' (--force removes it all the same)' : ''}`,
    );
  await etcd.remove(target.id).catch((error: unknown) => {
    throw error instanceof EtcdRefusal ? new UserError(`etcd: ${error.message}`) : error;
  });
  return listed.find(({ id }) => id === target.id)!;
}

async function membersOf(etcd: EtcdAdministration): Promise<readonly Member[]> {
  return etcd.members().catch((error: unknown) => {
    throw new UserError(`no member of etcd answers: ${messageOf(error)}`);
  });
}

function administrationOf(dataDir: string): EtcdAdministration {
  const saved = readSavedServer(dataDir);
  if (!saved) throw new UserError(`${dataDir}: there is no server; --data-dir says where it is`);
  if (saved.engine !== 'etcd')
    throw new UserError(
      saved.engine === 'external'
        ? 'this server uses an etcd that others look after'
        : 'this server has the embedded store, and is the only one (--cluster-init moves it to etcd)',
    );
  return new EtcdAdministration(saved.members ?? [], tlsOf(clusterPaths(dataDir).pki));
}

function tlsOf(pki: string): EtcdTls {
  const ca = readCredential(pki, 'etcd/ca');
  const administrator = readCredential(pki, 'etcd/healthcheck-client');
  if (!ca || !administrator) throw new UserError(`${join(pki, 'etcd')}: there are no certificates of etcd`);
  return { ca, administrator };
}
