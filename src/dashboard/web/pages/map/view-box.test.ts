import assert from 'node:assert/strict';
import { it } from 'node:test';
import { related } from './related.ts';
import { around, fitted, moved, nearest, zoomed } from './view-box.ts';

const screen = { width: 1000, height: 600 };

it('all of a picture is seen, and not larger than life', () => {
  const large = fitted(2000, 400, screen);
  assert.ok(large.scale < 0.5 && large.x <= 0 && large.x + 1000 / large.scale >= 2000);
  assert.equal(fitted(100, 100, screen).scale, 1);
});

it('what is under the pointer stays there when the picture is zoomed, up to a limit', () => {
  const view = { x: 10, y: 20, scale: 1 };
  const at = { x: 300, y: 200 };
  const next = zoomed(view, 2, at);
  assert.deepEqual([next.x + at.x / next.scale, next.y + at.y / next.scale], [310, 220]);
  assert.equal(zoomed(view, 100, at).scale, 2.5);
  assert.deepEqual(moved(view, 50, -10), { x: -40, y: 30, scale: 1 });
});

it('a chosen box is seen at a scale that can be read', () => {
  const fit = fitted(4000, 400, screen);
  const view = around({ x: 3000, y: 200 }, fit, screen);
  assert.equal(view.scale, 0.75);
  assert.equal(view.x + 500 / view.scale, 3000);
  const near = fitted(500, 400, screen);
  assert.equal(around({ x: 1, y: 1 }, near, screen), near);
});

it('arrows go to the nearest box, straight ahead before aside', () => {
  const places = new Map([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 200, y: 0 }],
    ['c', { x: 100, y: 90 }],
    ['d', { x: 0, y: 60 }],
  ]);
  assert.equal(nearest(places, 'a', 'right'), 'b');
  assert.equal(nearest(places, 'a', 'down'), 'd');
  assert.equal(nearest(places, 'b', 'left'), 'a');
  assert.equal(nearest(places, 'a', 'up'), undefined);
});

it('what belongs to a box is all before it and all behind it, and not their other neighbours', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'x' },
    { from: 'y', to: 'c' },
  ];
  assert.deepEqual([...related('b', edges)].sort(), ['a', 'b', 'c']);
});
