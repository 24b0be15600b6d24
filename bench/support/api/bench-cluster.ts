// A cluster without nodes, and a service account with the rights of an editor in one namespace: what every part of api.ts begins
// with. Each part has a cluster of its own, so that the history and the garbage of one are not counted in another.
import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { pemOf } from '../../../src/client/transport/material.ts';
import { startTestCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type Call, type Called, call } from '../call.ts';
import { connectionTo } from '../client.ts';
import { h2load, type Load } from '../h2load.ts';
import { residentBytes } from '../processes.ts';

export interface BenchCluster {
  readonly cluster: TestCluster;
  readonly server: string;
  readonly ca: string;
  /** Of the service account. */
  readonly token: string;
  /** Requests per second. */
  run(load: Load): Promise<number>;
  /** A connection of the service account. */
  session(): ClientHttp2Session;
  /** Throws unless the status is 2xx. */
  ask(session: ClientHttp2Session, asked: Omit<Call, 'headers'>): Promise<Called>;
  /** Resident bytes of the process with store, API server, controllers and scheduler. */
  memory(): number;
}

export const NAMESPACE = 'bench';

export const configMap = (metadata: object): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(1_150) } });

const ROLE = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: app, namespace: ${NAMESPACE} }
rules:
- apiGroups: ["", bench.example.com]
  resources: [configmaps, pods, pods/status, widgets]
  verbs: ["*"]
`;

export async function withCluster(use: (bench: BenchCluster) => Promise<void>): Promise<void> {
  const cluster = await startTestCluster({ name: 'tph-bench-api', nodes: 0 });
  try {
    const connection = connectionTo(join(cluster.directory, 'kubeconfig'));
    const { server } = connection;
    const ca = String(pemOf(connection.ca!));
    const token = await tenant(cluster);
    await use({
      cluster,
      server,
      ca,
      token,
      run: (load) => h2load(server, token, load),
      session: () => connect(server, { ca, settings: { initialWindowSize: 1 << 24 } }),
      ask: (session, asked) =>
        successful(session, { ...asked, headers: { authorization: `Bearer ${token}` } }),
      memory: () => residentBytes(cluster.processes().controlPlane),
    });
  } finally {
    await cluster.down();
  }
}

async function tenant({ kubectl, tryKubectl, kubectlWith }: TestCluster): Promise<string> {
  await kubectl('create', 'namespace', NAMESPACE);
  await kubectl('create', 'serviceaccount', 'app', '-n', NAMESPACE);
  await kubectlWith(ROLE, 'create', '-f', '-');
  const binding = ['create', 'rolebinding', 'app', '-n', NAMESPACE, '--role=app'];
  await kubectl(...binding, `--serviceaccount=${NAMESPACE}:app`);
  await eventually('the service account of pods', async () => {
    const { code } = await tryKubectl('get', 'serviceaccount', 'default', '-n', NAMESPACE);
    return code === 0;
  });
  return (await kubectl('create', 'token', 'app', '-n', NAMESPACE)).trim();
}

async function successful(session: ClientHttp2Session, asked: Call): Promise<Called> {
  const answer = await call(session, asked);
  if (answer.status >= 300) throw new Error(`${asked.method ?? 'GET'} ${asked.path}: ${answer.status}`);
  return answer;
}
