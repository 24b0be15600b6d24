// A cluster without nodes and a namespace in it, for tests of the API over plain HTTP: what clients of Kubernetes rely on.
// TIPHYS_TEST_KUBECONFIG names another cluster to run these tests against.
import assert from 'node:assert/strict';
import { type ApiClient, apiClient, type Wire, type WireAnswer } from './api-client.ts';
import { startTestCluster } from './cluster.ts';

export const SPACE = '/api/v1/namespaces/words';
export const APPS = '/apis/apps/v1/namespaces/words';
export const maps = `${SPACE}/configmaps`;

export interface ApiScene {
  readonly api: ApiClient;
  down(): Promise<void>;
}

/** `cluster` is the name of the cluster to start. */
export async function apiScene(cluster: string): Promise<ApiScene> {
  const kubeconfig = process.env.TIPHYS_TEST_KUBECONFIG;
  const own = kubeconfig ? undefined : await startTestCluster({ name: cluster, nodes: 0 });
  const api = apiClient(kubeconfig ?? own!.env.KUBECONFIG!);
  is(await api.post('/api/v1/namespaces', { metadata: { name: 'words' } }), 201);
  return {
    api,
    async down() {
      await api.del(SPACE);
      api.close();
      await own?.down();
    },
  };
}

export const configMap = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
export const pod = (name: string, labels: object = {}, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
export const deployment = (name: string, container: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'i', ...container }] },
    },
  },
});

/** Asserts the status, and for failures what the Status says; gives the body. */
export function is(answer: WireAnswer, status: number, reason?: string, message?: RegExp): Wire {
  assert.equal(answer.status, status, answer.text.slice(0, 600));
  if (reason === undefined) return answer.body;
  const { body } = answer;
  assert.deepEqual(
    [body.kind, body.apiVersion, body.status, body.reason, body.code],
    ['Status', 'v1', 'Failure', reason, status],
  );
  if (message) assert.match(body.message, message);
  return body;
}
export const warnings = ({ headers }: WireAnswer) => [headers.warning ?? []].flat().join('\n');
