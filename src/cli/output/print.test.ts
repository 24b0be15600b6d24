import assert from 'node:assert/strict';
import { it } from 'node:test';
import { render } from './print.ts';

const rows = [
  { name: 'dev', nodes: 1 },
  { name: 'a-longer-name', nodes: 12 },
];
const columns = [
  { title: 'NAME', cell: (row: { name: string }) => row.name },
  { title: 'NODES', cell: (row: { nodes: number }) => String(row.nodes) },
];

it('aligns a table to its widest cells', async () => {
  assert.equal(
    await render('table', rows, columns, rows),
    'NAME            NODES\ndev             1\na-longer-name   12\n',
  );
});

it('gives programs JSON and YAML', async () => {
  assert.deepEqual(JSON.parse(await render('json', rows, columns, rows)), rows);
  assert.equal(await render('yaml', rows, columns, { nodes: 2 }), 'nodes: 2\n');
});
