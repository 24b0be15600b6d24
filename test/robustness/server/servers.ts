// API servers over an etcd of three members under test, where a cluster has one control plane. Clients choose a server at each dial.

import { EtcdServers } from '../../support/etcd-servers/etcd-servers.ts';
import { eventually } from '../../support/eventually.ts';
import type { Address, Connection } from '../traffic/connection.ts';

const SERVERS = 2;
export const MEMBERS = 3;
const RECOVERY = 60_000;

export class ServersUnderTest {
  readonly processes: EtcdServers;
  #dials = 0;

  private constructor(processes: EtcdServers) {
    this.processes = processes;
  }

  static async start(directory: string, env: Record<string, string>): Promise<ServersUnderTest> {
    return new ServersUnderTest(
      await EtcdServers.start({ directory, env, servers: SERVERS, members: MEMBERS }),
    );
  }

  get count(): number {
    return SERVERS;
  }

  /** The next server: a client whose server is gone goes to another one. */
  get address(): Address {
    return this.processes.addressOf(this.#dials++ % SERVERS);
  }

  connect(address: () => Address = () => this.address): Connection {
    return this.processes.connect(address);
  }

  /** Resolves when every server reads and writes. */
  async recovered(): Promise<void> {
    for (let i = 0; i < SERVERS; i++) await this.#recovered(i);
  }

  stop(): Promise<void> {
    return this.processes.stop();
  }

  async #recovered(index: number): Promise<void> {
    const connection = this.connect(() => this.processes.addressOf(index));
    const probe = async () => {
      if ((await connection.call({ method: 'GET', path: '/readyz' })).status !== 200) return false;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'recovered-' } };
      const path = '/api/v1/namespaces/default/configmaps';
      return (await connection.call({ method: 'POST', path, body })).status === 201;
    };
    try {
      await eventually(`server ${index} reads and writes again`, probe, RECOVERY);
    } finally {
      connection.close();
    }
  }
}
