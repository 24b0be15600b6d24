// A cluster with the nodes n1 and n2, and requests in the name of n1: for the tests of NodeRestriction.
import assert from 'node:assert/strict';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../../sim/cluster.ts';

export const CORE = '/api/v1/namespaces/default';
export const PODS = `${CORE}/pods`;
export const NODES = '/api/v1/nodes';
export const MERGE = { 'content-type': 'application/merge-patch+json' };
const n1 = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

export class TwoNodes {
  readonly server: SimCluster;
  /** The Node object of n1. */
  readonly node: Body;

  constructor(server: SimCluster, node: Body) {
    this.server = server;
    this.node = node;
  }

  static async start(options: SimClusterOptions = {}): Promise<TwoNodes> {
    const server = await simCluster(options);
    const aNode = (name: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
    const node = await create(server, NODES, aNode('n1'));
    await create(server, NODES, aNode('n2'));
    return new TwoNodes(server, node);
  }

  /** Code and message of a request of the node n1. */
  async asNode(method: string, path: string, body?: unknown): Promise<[number, string]> {
    const headers = method === 'PATCH' ? MERGE : {};
    const answer = await this.server.call(method, path, body, { user: n1, headers });
    return [answer.status, answer.body.message ?? ''];
  }

  /** `why`: the end of the message, or a pattern for it. */
  async refused(why: string | RegExp, method: string, path: string, body?: unknown): Promise<void> {
    const [code, message] = await this.asNode(method, path, body);
    assert.equal(code, 403, `${path}: ${message}`);
    if (typeof why === 'string') assert.ok(message.endsWith(why), message);
    else assert.match(message, why);
  }
}
