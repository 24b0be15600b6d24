import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { RestClient } from '../../../client/rest/rest-client.ts';
import type { TransportRequest } from '../../../client/transport/transport.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { discoveredKinds } from '../../framework/discovered-kinds.ts';
import { type MetricsSource, metricsSource } from './metrics-source.ts';

describe('a source of metrics', () => {
  let asked: TransportRequest[];
  /** By path; anything else is not found. */
  let answers: Record<string, object>;
  let served: string[];
  let discoveries: number;
  let clock: SteppedClock;
  let source: MetricsSource;
  beforeEach(() => {
    asked = [];
    answers = {};
    served = ['v1beta1', 'v1beta2'];
    discoveries = 0;
    clock = new SteppedClock();
    const client = new RestClient({
      transport: {
        async request(request) {
          asked.push(request);
          const found = answers[request.path];
          const body = found ?? { kind: 'Status', message: 'nothing here', code: 404, reason: 'NotFound' };
          return { status: found ? 200 : 404, headers: {}, body: Buffer.from(JSON.stringify(body)) };
        },
        watch: () => Promise.reject(new Error('no watches')),
      },
    });
    const discover = async () => {
      discoveries++;
      return { kinds: [], stale: [] };
    };
    const kinds = discoveredKinds({ discover, groupVersions: async () => served }, clock);
    source = metricsSource(client, kinds);
  });
  const queries = () => asked.map(({ query }) => query);

  const metrics = (name: string, ...containers: object[]) => ({
    metadata: { name },
    timestamp: '2026-01-01T00:00:15Z',
    window: '15.5s',
    containers,
  });
  const container = (name: string, cpu?: string) => ({ name, usage: cpu ? { cpu } : {} });

  it('sums what the containers of pods use, and leaves out pods with one that was not measured', async () => {
    answers['/apis/metrics.k8s.io/v1beta1/namespaces/a/pods'] = {
      items: [
        metrics('p', container('m', '100m'), container('s', '20500000n')),
        metrics('q', container('m', '1'), container('s')),
        metrics('r'),
      ],
    };
    const whole = await source.resource('cpu', 'a', 'app=web', '');
    assert.deepEqual(
      [...whole],
      [['p', { milli: 121, at: Date.UTC(2026, 0, 1, 0, 0, 15), windowMs: 15_500 }]],
    );
    const one = await source.resource('cpu', 'a', '', 'm');
    assert.deepEqual([...one.keys()], ['p', 'q']);
    assert.deepEqual(queries(), [{ labelSelector: 'app=web' }, {}]);
  });

  it('asks an adapter about all pods of a selector', async () => {
    const path = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/a/pods/*/hits';
    const at = { timestamp: '2026-01-01T00:00:00Z' };
    answers[path] = {
      items: [
        { describedObject: { name: 'p' }, value: '1500m', windowSeconds: 30, ...at },
        { describedObject: { name: 'q' }, value: '2', ...at },
      ],
    };
    const values = await source.pods('hits', 'a', 'app=web', 'verb=GET');
    assert.deepEqual(
      [...values].map(([name, { milli, windowMs }]) => [name, milli, windowMs]),
      [
        ['p', 1500, 30_000],
        ['q', 2000, 60_000],
      ],
    );
    assert.deepEqual(queries(), [{ labelSelector: 'app=web', metricLabelSelector: 'verb=GET' }]);
  });

  it('takes the older version of an adapter that has no other, and says so if there is none', async () => {
    served = ['v1beta1'];
    answers['/apis/custom.metrics.k8s.io/v1beta1/namespaces/a/pods/*/hits'] = { items: [{ value: '1' }] };
    assert.equal((await source.pods('hits', 'a', '', '')).size, 1);
    served = [];
    await clock.step(16_000);
    await assert.rejects(
      source.pods('hits', 'a', '', ''),
      /^Error: unable to fetch metrics from custom metrics API: no custom metrics API \(custom\.metrics\.k8s\.io\) registered$/,
    );
  });

  it('asks about an object by its resource, and about a namespace as such', async () => {
    const root = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/a';
    answers[`${root}/deployments.apps/web/hits`] = { items: [{ value: '7' }] };
    answers[`${root}/metrics/hits`] = { items: [{ value: '8' }] };
    const ref = (kind: string, apiVersion: string) => ({ kind, apiVersion, name: 'web' });
    assert.equal(await source.object('hits', 'a', ref('Deployment', 'apps/v1'), ''), 7000);
    assert.equal(await source.object('hits', 'a', ref('Namespace', 'v1'), 'x=y'), 8000);
    assert.deepEqual(queries(), [{}, { metricLabelSelector: 'x=y' }]);
    await assert.rejects(
      source.object('hits', 'a', ref('Foo', 'x.io/v1'), ''),
      /unable to map kind Foo\.x\.io to resource: no matches for kind "Foo" in group "x\.io"/,
    );
    answers[`${root}/metrics/hits`] = { items: [{ value: '8' }, { value: '9' }] };
    await assert.rejects(
      source.object('hits', 'a', ref('Namespace', 'v1'), ''),
      /the custom metrics API server returned 2 results when we asked for exactly one/,
    );
  });

  it('asks for all values of an external metric', async () => {
    answers['/apis/external.metrics.k8s.io/v1beta1/namespaces/a/queue'] = {
      items: [{ value: '3' }, { value: '500m' }],
    };
    assert.deepEqual(await source.external('queue', 'a', 'q=1'), [3000, 500]);
    assert.deepEqual(queries(), [{ labelSelector: 'q=1' }]);
  });

  it('tells what failed', async () => {
    const rows: [Promise<unknown>, RegExp][] = [
      [
        source.resource('cpu', 'a', '', ''),
        /^Error: unable to fetch metrics from resource metrics API: nothing here$/,
      ],
      [
        source.pods('m', 'a', '', ''),
        /^Error: unable to fetch metrics from custom metrics API: nothing here$/,
      ],
      [
        source.external('m', 'a', ''),
        /^Error: unable to fetch metrics from external metrics API: nothing here$/,
      ],
    ];
    for (const [asking, message] of rows) await assert.rejects(asking, message);
    answers['/apis/external.metrics.k8s.io/v1beta1/namespaces/a/m'] = { items: [] };
    await assert.rejects(
      source.external('m', 'a', ''),
      /^Error: no metrics returned from external metrics API$/,
    );
  });

  it('discovers kinds that are not built in at most every thirty seconds', async () => {
    const ask = () => source.object('m', 'a', { kind: 'Foo', apiVersion: 'x.io/v1', name: 'f' }, '');
    await assert.rejects(ask());
    await assert.rejects(ask());
    assert.equal(discoveries, 1);
    await clock.step(31_000);
    await assert.rejects(ask());
    assert.equal(discoveries, 2);
  });
});
