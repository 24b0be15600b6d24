import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import { type KubectlServer, startKubectlServer } from '../../../kubectl/testing/kubectl.fake.ts';
import { changedTable, NO_TABLE, type Table } from '../model/rows.ts';
import type { Feed } from '../model/source.ts';
import { pods } from '../testing/scene.fake.ts';
import { connect } from './connection.ts';
import { RunningFeed } from './feeds.ts';
import { fillText } from './texts.ts';

describe('feeds', () => {
  let server: KubectlServer;
  before(async () => {
    server = await startKubectlServer();
    await server.client.create(ServiceAccount, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
    await server.client.create(Pod, aPod('first'));
  });
  after(() => server.stop());

  const aPod = (name: string): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: {
      containers: [
        { name: 'main', image: 'x' },
        { name: 'side', image: 'y' },
      ],
    },
  });
  const connection = () =>
    connect({ context: '', kubeconfig: `${server.home}/kubeconfig`, env: { HOME: server.home } }, () => {});

  /** A running feed, and a promise for the moment at which its table is as wanted. */
  function follow(feed: Partial<Feed>) {
    const state: { table: Table } = { table: NO_TABLE };
    let check = () => {};
    const own = connection();
    const running = new RunningFeed(
      own,
      { key: 'pods', kind: pods, namespace: 'default', ...feed },
      (change) => {
        state.table = changedTable(state.table, change);
        check();
      },
    );
    const names = () =>
      [...state.table.rows.values()]
        .map(({ cells }) => cells[0])
        .sort()
        .join();
    const when = (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => isSo() && resolve();
        check();
      });
    const shows = (wanted: string) => when(() => names() === wanted);
    const stop = () => {
      running.stop();
      own.close();
    };
    return { state, running, when, shows, stop };
  }

  it('show what is there, what comes and what goes, also after the connection was broken off', async () => {
    const { state, running, shows, stop } = follow({});
    await shows('first');
    assert.equal(state.table.columns[0]?.name, 'NAME');
    await server.client.create(Pod, aPod('second'));
    await shows('first,second');
    running.reconnect();
    await server.client.delete(Pod, 'second', 'default', { gracePeriodSeconds: 0 });
    await shows('first');
    assert.equal(state.table.state, 'live');
    stop();
  });

  it('show the containers of a pod', async () => {
    const { shows, stop } = follow({ whole: true, fields: 'metadata.name=first' });
    await shows('main,side');
    stop();
  });

  it('tell what is refused', async () => {
    const { state, when, stop } = follow({ kind: { ...pods, resource: 'wombats' } });
    await when(() => state.table.state === 'refused');
    assert.match(state.table.problem, /the server could not find the requested resource/);
    stop();
  });

  it('fill texts with what verbs print and what why answers', async () => {
    const own = connection();
    const text = async (source: Parameters<typeof fillText>[1]) => {
      const lines: string[] = [];
      const take = (more: readonly string[]) => void lines.push(more.join('\n'));
      await fillText(own, source, new AbortController().signal, { text: take, more: take });
      return lines.join('\n');
    };
    const described = await text({ type: 'kubectl', words: ['describe', 'pod/first', '-n', 'default'] });
    assert.match(described, /^Name: +first\n/);
    const ref = { kind: pods, namespace: 'default', name: 'first', uid: '' };
    assert.match(await text({ type: 'why', ref }), /first/);
    const missing = await text({ type: 'why', ref: { ...ref, name: 'nobody' } });
    assert.match(missing, /pods "nobody" not found/);
    own.close();
  });
});
