import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics, MetricsRegistry, metricText } from './metrics.ts';

test('a computed family has the values of the moment when it is rendered', () => {
  const registry = new MetricsRegistry();
  let hash = 'a';
  registry.computed('info', 'gauge', 'What is used.', () => [[{ hash }, 1]]);
  assert.equal(registry.render(), '# HELP info What is used.\n# TYPE info gauge\ninfo{hash="a"} 1\n');
  hash = 'b"\\\n';
  assert.match(registry.render(), /^info\{hash="b\\"\\\\\\n"\} 1$/m);
});

test('a family without labels has no braces', () => {
  assert.equal(metricText('up', 'counter', 'Ups.', [[{}, 2]]), '# HELP up Ups.\n# TYPE up counter\nup 2\n');
});

test('a value that was measured earlier says when', () => {
  assert.match(metricText('up', 'gauge', 'Ups.', [[{ of: 'a' }, 2, 1500]]), /^up\{of="a"\} 2 1500$/m);
});

test('the time of a value is whole milliseconds: scrapers refuse the whole page for a fraction', () => {
  const text = metricText('cpu', 'counter', 'CPU', [[{ pod: 'a' }, 0.25, 1795981727735.4958]]);
  assert.match(text, /^cpu\{pod="a"\} 0\.25 1795981727735$/m);
});

test('the metrics of a component are its families in the order in which they were made', () => {
  class Own extends Metrics {
    readonly #done = this.registry.counter('done_total', 'Done.');
    readonly #left = this.registry.gauge('left', 'Left.');

    work(): void {
      this.#done.add();
      this.#left.set({}, 3);
    }
  }
  const own = new Own();
  own.work();
  const lines = own.render().split('\n');
  assert.deepEqual(
    lines.filter((line) => line && !line.startsWith('#')),
    ['done_total 1', 'left 3'],
  );
});
