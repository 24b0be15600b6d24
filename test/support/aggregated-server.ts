// An aggregated API server in a pod (images/speaker/aggregated.js), and the APIServices of what it serves.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { testAuthority } from '../../src/kit/x509/authority.fake.ts';
import type { TestCluster } from './cluster.ts';
import { speakerImage } from './speaker-image.ts';

const authority = testAuthority();
const inWardle = (name: string) => ({ name, namespace: 'wardle' });

export const apply = (cluster: TestCluster, ...items: object[]): Promise<string> =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');

/** Resolves when each of the groups, such as `v1alpha1.wardle.example.com`, is available. */
export async function startAggregatedServer(cluster: TestCluster, groups: readonly string[]): Promise<void> {
  const archive = join(cluster.directory, 'speaker.tar');
  await writeFile(archive, await writeArchive(speakerImage()));
  await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
  await rm(archive);
  await cluster.kubectl('create', 'namespace', 'wardle');
  await apply(cluster, ...groups.map(registration));
  await apply(cluster, ...backend(cluster.nodes[0]!));
  await available(cluster, 'True', groups);
}

export const available = (
  cluster: TestCluster,
  status: 'True' | 'False',
  groups: readonly string[],
): Promise<string> =>
  cluster.kubectl(
    ...['wait', `--for=condition=Available=${status}`, '--timeout=60s'],
    ...groups.map((name) => `apiservice/${name}`),
  );

function registration(name: string): object {
  const [version, ...group] = name.split('.');
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name },
    spec: {
      ...{ group: group.join('.'), version, groupPriorityMinimum: 2000, versionPriority: 200 },
      service: inWardle('api'),
      caBundle: Buffer.from(authority.ca).toString('base64'),
    },
  };
}

function backend(node: string): object[] {
  const { cert, key } = authority.server(['api.wardle.svc']);
  const role = {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'Role',
    name: 'extension-apiserver-authentication-reader',
  };
  const container = {
    name: 'api',
    image: 'speaker:1',
    command: ['node', '/aggregated.js'],
    env: [{ name: 'NODE', value: node }],
    readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'serving', mountPath: '/serving' }],
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inWardle('api') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'wardle-reads-authorities', namespace: 'kube-system' },
      roleRef: role,
      subjects: [{ kind: 'ServiceAccount', ...inWardle('api') }],
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: inWardle('serving'),
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': cert, 'tls.key': key },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inWardle('api'),
      spec: {
        selector: { matchLabels: { app: 'api' } },
        template: {
          metadata: { labels: { app: 'api' } },
          spec: {
            serviceAccountName: 'api',
            terminationGracePeriodSeconds: 0,
            containers: [container],
            volumes: [{ name: 'serving', secret: { secretName: 'serving' } }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: inWardle('api'),
      spec: { selector: { app: 'api' }, ports: [{ port: 443, targetPort: 8443 }] },
    },
  ];
}
