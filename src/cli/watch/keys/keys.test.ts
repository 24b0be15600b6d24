import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentView, type TableView, type TextView } from '../model/state.ts';
import { deployments, emptyState, nodes, play, pods, told, typing } from '../testing/scene.fake.ts';
import { completionsOf, meantBy } from './commands.ts';
import { rowUnderCursor } from './move.ts';
import { MOST_LINES } from './text-keys.ts';

const three = play(emptyState, told([{ name: 'a' }, { name: 'b' }, { name: 'c' }])).state;
const under = (state: typeof three) => rowUnderCursor(state, currentView(state) as TableView)?.ref?.name;
const wordsOf = (effects: readonly { type: string; words?: readonly string[] }[]) =>
  effects.map(({ words }) => words?.join(' '));

describe('the cursor', () => {
  it('moves, and stays within the rows', () => {
    assert.equal(under(three), 'a');
    assert.equal(under(play(three, 'down').state), 'b');
    assert.equal(under(play(three, 'G').state), 'c');
    assert.equal(under(play(three, 'G', 'down', 'pagedown', 'up').state), 'b');
    assert.equal(under(play(three, 'G', 'home', 'up').state), 'a');
  });

  it('stays on its row when others come and go, and on its place when the row goes', () => {
    const onB = play(three, 'down').state;
    assert.equal(under(play(onB, told([{ name: 'a' }, { name: 'a2' }, { name: 'b' }])).state), 'b');
    assert.equal(under(play(onB, told([{ name: 'a' }, { name: 'c' }])).state), 'c');
    assert.equal(under(play(onB, told([])).state), undefined);
  });
});

describe('commands', () => {
  it('mean kinds by every name, with a namespace, a filter and labels', () => {
    for (const text of ['po', 'pod', 'pods', 'Pod']) {
      const meant = meantBy(text, three);
      assert.deepEqual(meant, {
        type: 'view',
        source: { type: 'kind', kind: pods, namespace: 'default' },
        filter: '',
      });
    }
    assert.deepEqual(meantBy('deploy prod', three), {
      type: 'view',
      source: { type: 'kind', kind: deployments, namespace: 'prod' },
      filter: '',
      namespace: 'prod',
    });
    const labelled = meantBy('po all -l app=web', three);
    assert.equal(labelled.type === 'view' && labelled.filter, '-l app=web');
    assert.equal(labelled.type === 'view' && labelled.namespace, '');
    const filtered = meantBy('po /web', three);
    assert.equal(filtered.type === 'view' && filtered.filter, 'web');
    assert.deepEqual(meantBy('ns prod', three), { type: 'namespace', namespace: 'prod' });
    assert.equal(meantBy('xray deploy', three).type, 'view');
    assert.equal(meantBy('xray', three).type, 'problem');
    assert.equal(meantBy('q', three).type, 'quit');
    const unknown = meantBy('wombats', three);
    assert.equal(
      unknown.type === 'problem' && unknown.text,
      `the server doesn't have a resource type "wombats"`,
    );
  });

  it('are completed', () => {
    assert.equal(completionsOf('dep', three)[0], 'deployments');
    assert.equal(completionsOf('pods pr', three)[0], 'prod');
    const { state } = play(three, ':', ...typing('dep'), 'tab');
    assert.equal(state.prompt?.text, 'deployments');
  });

  it('open their view in place of all others, and ask again for kinds that are not known', () => {
    const { state, effects } = play(three, ':', ...typing('deploy prod'), 'enter');
    assert.equal(state.namespace, 'prod');
    assert.equal(state.views.length, 1);
    assert.deepEqual(
      effects.map(({ type }) => type),
      ['close', 'open'],
    );
    const wrong = play(three, ':', ...typing('wombats'), 'enter');
    assert.deepEqual(wrong.effects, [{ type: 'kinds' }]);
    assert.ok(wrong.state.message?.failed);
  });

  it('do not take control characters that were pasted', () => {
    const { state } = play(three, ':', { type: 'paste', text: 'a\r\x1b[b' });
    assert.equal(state.prompt?.text, 'a  [b');
  });
});

describe('keys in a table', () => {
  it('lead down and back', () => {
    const containers = play(three, 'enter');
    assert.deepEqual((currentView(containers.state) as TableView).source, {
      type: 'containers',
      namespace: 'default',
      pod: 'a',
    });
    const back = play(containers.state, 'esc');
    assert.equal(back.state.views.length, 1);
    assert.deepEqual(back.effects, [{ type: 'close', id: 1 }]);
    const workload = play(
      { ...emptyState, views: play(emptyState, ':', ...typing('deploy'), 'enter').state.views },
      told([{ name: 'web' }], deployments, 1),
      'enter',
    );
    assert.equal(workload.effects.at(-1)?.type, 'pods-of');
  });

  it('choose namespaces', () => {
    assert.equal(play(three, '0').state.namespace, '');
    assert.equal(play(three, '2').state.namespace, 'prod');
    assert.equal(play(three, '9').state.namespace, 'default');
  });

  it('mark rows, of which actions then take all', () => {
    const { state } = play(three, 'space', 'down', 'space', 'ctrl-d');
    assert.equal(state.question?.text, 'Delete 2 pods?');
    const { effects } = play(state, 'y');
    assert.deepEqual(wordsOf(effects), [
      'delete pod/a --namespace default --wait=false',
      'delete pod/c --namespace default --wait=false',
    ]);
    assert.deepEqual(play(state, 'n').effects, []);
    assert.equal((currentView(play(state, 'n', 'esc').state) as TableView).marks.size, 0);
  });

  it('sort by a column, and turn the order', () => {
    const sortOf = (...keys: string[]) => (currentView(play(three, ...keys).state) as TableView).sort;
    assert.deepEqual(sortOf('A'), { column: 'AGE', descending: false });
    assert.deepEqual(sortOf('A', 'A'), { column: 'AGE', descending: true });
    // Two columns begin with R.
    assert.deepEqual(sortOf('R', 'R'), { column: 'RESTARTS', descending: false });
    assert.deepEqual(sortOf('>'), { column: 'READY', descending: false });
  });

  it('open shells, editors and logs of the object under the cursor', () => {
    const [shell] = play(three, 'down', 's').effects;
    assert.ok(
      shell?.type === 'screen' && shell.words.slice(0, 5).join(' ') === 'exec -it b --namespace default',
    );
    assert.deepEqual(wordsOf(play(three, 'e').effects), ['edit pod/a --namespace default']);
    const logs = currentView(play(three, 'l').state) as TextView;
    assert.equal(logs.source.type, 'logs');
    assert.ok(logs.follow);
  });

  it('scale with a number only', () => {
    const views = play(emptyState, ':', ...typing('deploy'), 'enter').state.views;
    const { state } = play({ ...emptyState, views }, told([{ name: 'web' }], deployments, 1), 's');
    assert.equal(state.prompt?.type, 'scale');
    assert.deepEqual(wordsOf(play(state, '4', 'enter').effects), [
      'scale deployment.v1.apps/web --namespace default --replicas=4',
    ]);
    const wrong = play(state, ...typing('4 --all'), 'enter');
    assert.deepEqual(wrong.effects, []);
    assert.ok(wrong.state.message?.failed);
  });

  it('cordon and drain nodes, with flags of kubectl drain', () => {
    const views = play(emptyState, ':', ...typing('no'), 'enter').state.views;
    const { state } = play({ ...emptyState, views }, told([{ name: 'n1', status: 'Ready' }], nodes, 1));
    assert.deepEqual(wordsOf(play(state, 'c').effects), ['cordon n1']);
    assert.deepEqual(wordsOf(play(state, 'r', 'enter').effects), ['drain n1 --ignore-daemonsets']);
    assert.deepEqual(play(state, 'r', ...typing(' n2'), 'enter').effects, []);
  });

  it('filter as they are typed; Esc takes the filter away', () => {
    const { state } = play(three, '/', 'c');
    assert.equal(under(state), 'c');
    assert.equal(under(play(state, 'enter').state), 'c');
    assert.equal(under(play(state, 'esc').state), 'a');
    const wrong = play(three, '/', ...typing('-l a=(('), 'enter');
    assert.ok(wrong.state.message?.failed);
  });
});

describe('keys in a log', () => {
  const opened = play(three, 'l').state;
  const lines = (...texts: string[]) => ({ type: 'more', view: 1, lines: texts }) as const;
  const viewOf = (state: typeof three) => currentView(state) as TextView;

  it('stop and begin to follow', () => {
    const many = play(opened, lines(...Array.from({ length: 100 }, (_, i) => `line ${i}`))).state;
    assert.ok(viewOf(many).follow);
    const up = play(many, 'up').state;
    assert.ok(!viewOf(up).follow);
    const { top } = viewOf(up);
    assert.equal(viewOf(play(up, lines('more')).state).top, top);
    assert.ok(viewOf(play(up, 'G').state).follow);
  });

  it('search', () => {
    const { state } = play(
      opened,
      lines('one', 'needle 1', 'two', 'Needle 2'),
      '/',
      ...typing('needle'),
      'enter',
    );
    assert.equal(viewOf(state).search, 'needle');
    assert.equal(viewOf(play(state, 'esc').state).search, '');
  });

  it('keep a bounded number of lines', () => {
    const { state } = play(opened, lines(...Array.from({ length: MOST_LINES + 5 }, (_, i) => String(i))));
    assert.equal(viewOf(state).lines.length, MOST_LINES);
    assert.equal(viewOf(state).dropped, 5);
  });

  it('read it anew with timestamps, or of the containers before', () => {
    const { state, effects } = play(opened, 't');
    assert.deepEqual(
      effects.map(({ type }) => type),
      ['close', 'open'],
    );
    const { source } = viewOf(state);
    assert.ok(source.type === 'logs' && source.timestamps);
  });
});
