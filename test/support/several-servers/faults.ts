// What happens to machines, servers, members and agents in tests of several servers. Each fault gives how to end it; what it does is done
// at once.
import type { Machine } from '../machines/machine.ts';
import type { SeveralServers } from './scene.ts';

export interface Fault {
  readonly name: string;
  readonly cause: (scene: SeveralServers, machine: Machine) => Promise<void>;
  readonly end: (scene: SeveralServers, machine: Machine) => Promise<void>;
}

/** All programs of a machine whose command line has this word, at once; others go on, the first process above all. */
const kill = (machine: Machine, word: string) => machine.tryExec(['pkill', '-9', '-f', word]).then(() => {});

const nothing = async () => {};
const heal = (scene: SeveralServers) => scene.machines.heal();

/** Its launcher too, so that it does not come back by itself. */
export const serverKilled: Fault = {
  name: 'server-killed',
  cause: (_, machine) => kill(machine, '[t]iphys.* server|[c]ontrol-plane'),
  end: (scene, machine) => scene.startServer(machine),
};

const etcdKilled: Fault = {
  name: 'etcd-member-killed',
  cause: (_, machine) => kill(machine, '[/]usr/bin/etcd |^etcd '),
  // Its server starts it again.
  end: nothing,
};

const machineOff: Fault = {
  name: 'machine-off',
  cause: (_, machine) => machine.kill(),
  end: async (scene, machine) => {
    await machine.boot();
    await scene.startServer(machine);
  },
};

/** Its pods go on. */
const agentKilled: Fault = {
  name: 'agent-killed',
  cause: (scene, machine) =>
    kill(machine, '[t]iphys.* join').then(() => scene.running.get(machine)!.ended.then(() => {})),
  end: async (scene, machine) => scene.startAgent(machine),
};

const agentOff: Fault = {
  name: 'agent-machine-off',
  cause: (_, machine) => machine.kill(),
  end: async (scene, machine) => {
    await machine.boot();
    scene.startAgent(machine);
  },
};

const partitioned = (direction: 'both' | 'in' | 'out', machine = 'machine'): Fault => ({
  name: `${machine}-hears-${{ both: 'nobody-and-is-not-heard', in: 'nobody', out: 'but-is-not-heard' }[direction]}`,
  cause: (scene, machine) => scene.machines.isolate(machine, direction),
  end: heal,
});

export const agentPartitioned = partitioned('both', 'agent-machine');

export const FAULTS: readonly Fault[] = [
  serverKilled,
  etcdKilled,
  machineOff,
  partitioned('both'),
  partitioned('in'),
  partitioned('out'),
];

/** Of the machine of an agent. */
export const AGENT_FAULTS: readonly Fault[] = [
  agentKilled,
  agentOff,
  agentPartitioned,
  partitioned('in', 'agent-machine'),
  partitioned('out', 'agent-machine'),
];
