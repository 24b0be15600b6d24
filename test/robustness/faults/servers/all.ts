// Faults of several API servers over an etcd of three members: a server, a member, the leader, the quorum.

import { MEMBERS, type ServersUnderTest } from '../../server/servers.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { between } from '../fault.ts';

export interface ServersContext extends Pick<FaultContext, 'random' | 'sleep'> {
  readonly cluster: ServersUnderTest;
}

export type ServersFault = Fault<ServersContext>;

/** SIGKILL to one server, while clients go to the other; then it is started again. */
const killServer: ServersFault = {
  name: 'kill-server',
  cause: async (context) => {
    const { processes, count } = context.cluster;
    const index = between(context, 0, count);
    await processes.kill(index);
    await context.sleep(between(context, 0, 1_500));
    processes.run(index);
    await processes.answers(index);
  },
};

/** SIGKILL to one member of etcd, which starts again on what it has on its disk. */
const killMember: ServersFault = {
  name: 'kill-etcd-member',
  cause: async (context) => {
    const { etcd } = context.cluster.processes;
    const index = between(context, 0, MEMBERS);
    await etcd.kill(index);
    await context.sleep(between(context, 0, 2_000));
    etcd.run(index);
    await etcd.answers();
  },
};

const killLeader: ServersFault = {
  name: 'kill-etcd-leader',
  cause: async (context) => {
    const { etcd } = context.cluster.processes;
    const index = await etcd.leader();
    await etcd.kill(index);
    await context.sleep(between(context, 500, 2_000));
    etcd.run(index);
    await etcd.answers();
  },
};

/** SIGSTOP to a member, the leader every other time: it says nothing, and its connections stay. */
const stopMember: ServersFault = {
  name: 'stop-etcd-member',
  cause: async (context) => {
    const { etcd } = context.cluster.processes;
    const index = between(context, 0, 2) === 0 ? await etcd.leader() : between(context, 0, MEMBERS);
    etcd.pause(index);
    await context.sleep(between(context, 500, 6_000));
    etcd.resume(index);
    await etcd.answers();
  },
};

/** Two of three members are killed: nothing can be written until they are back. */
const loseQuorum: ServersFault = {
  name: 'lose-etcd-quorum',
  cause: async (context) => {
    const { etcd } = context.cluster.processes;
    const spared = between(context, 0, MEMBERS);
    const gone = [0, 1, 2].filter((index) => index !== spared);
    await Promise.all(gone.map((index) => etcd.kill(index)));
    await context.sleep(between(context, 500, 3_000));
    for (const index of gone) etcd.run(index);
    await etcd.answers();
  },
};

export const serversFaults: readonly ServersFault[] = [
  killServer,
  killMember,
  killLeader,
  stopMember,
  loseQuorum,
];
