import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { getPrinterOf } from './get-printer.ts';
import { operationOf, printerOf } from './print-flags.ts';
import { type ApiObject, type Printer, WatchEvent } from './printer.ts';
import { sortTable } from './sort.ts';
import { type TableChoices, TablePrinter } from './table.ts';
import { TabWriter } from './tabwriter.ts';

const pod = (name: string, more: ApiObject = {}): ApiObject => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'n', labels: { app: name }, managedFields: [{ manager: 'm' }], ...more },
});

function textOf(printer: Printer, ...objects: (ApiObject | WatchEvent)[]): string {
  const parts: string[] = [];
  for (const object of objects) printer.print(object, { write: (text) => parts.push(text) });
  return parts.join('');
}

/** As a watch prints: one line after the other. */
function watched(printer: Printer, ...objects: ApiObject[]): string {
  const parts: string[] = [];
  const writer = new TabWriter({ write: (text) => parts.push(text) });
  for (const object of objects) {
    printer.print(object, writer);
    writer.flush();
  }
  return parts.join('');
}

const printed = async (output: string, object: ApiObject, template?: string) =>
  textOf(await getPrinterOf({ output, ...(template && { template }) }, {}, { cwd: '/' }), object);

describe('the printers of -o', () => {
  const directory = mkdtempSync(join(tmpdir(), 'printers-'));
  after(() => rmSync(directory, { recursive: true }));

  it('say what was done, or only the name', async () => {
    const created = await printerOf({}, { operation: operationOf('created', 'server'), cwd: '/' });
    assert.equal(textOf(created, pod('a')), 'pod/a created (server dry run)\n');
    const deployment = { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'b' } };
    assert.equal(
      await printed('name', { kind: 'List', apiVersion: 'v1', items: [pod('a'), deployment] }),
      'pod/a\ndeployment.apps/b\n',
    );
  });

  it('write JSON with four spaces and sorted keys, without managedFields', async () => {
    const json =
      '{\n    "apiVersion": "v1",\n    "kind": "X",\n    "metadata": {\n        "name": "\\u003ca\\u003e"\n    }\n}\n';
    assert.equal(
      await printed('json', { kind: 'X', apiVersion: 'v1', metadata: { name: '<a>', managedFields: [] } }),
      json,
    );
    const kept = await printerOf({ output: 'json', showManagedFields: true }, { cwd: '/', keepOrder: true });
    assert.match(textOf(kept, pod('a')), /^\{\n {4}"kind": "Pod",(?:.|\n)*managedFields/);
  });

  it('separate documents of YAML', async () => {
    const yaml = await printerOf({ output: 'yaml' }, { cwd: '/' });
    const object = { kind: 'X', apiVersion: 'v1' };
    assert.equal(textOf(yaml, object, object), 'apiVersion: v1\nkind: X\n---\napiVersion: v1\nkind: X\n');
  });

  it('take templates from the flag, from behind the equals sign, and from files', async () => {
    writeFileSync(join(directory, 't'), '{{.kind}}');
    assert.equal(await printed('', pod('a'), '{{.metadata.name}}'), 'a');
    assert.equal(await printed('jsonpath={.metadata.name}', pod('a')), 'a');
    assert.equal(await printed(`go-template-file=${join(directory, 't')}`, pod('a')), 'Pod');
    await assert.rejects(printed('jsonpath-file=/none', pod('a')), {
      message: 'error reading --template /none, open /none: no such file or directory',
    });
  });

  it('show columns that a user chooses', async () => {
    const list = { kind: 'List', apiVersion: 'v1', items: [pod('a'), pod('longer', { labels: {} })] };
    assert.equal(
      await printed('custom-columns=NAME:.metadata.name,APP:metadata.labels.app', list),
      'NAME     APP\na        a\nlonger   <none>\n',
    );
    writeFileSync(join(directory, 'c'), 'NAME  KIND\n{.metadata.name} kind\n');
    assert.equal(
      await printed(`custom-columns-file=${join(directory, 'c')}`, pod('a')),
      'NAME   KIND\na      Pod\n',
    );
    await assert.rejects(printed('custom-columns=NAME', pod('a')), /expected <header>:<json-path-expr>/);
  });

  it('refuse other formats, naming those that there are', async () => {
    await assert.rejects(printed('xml', pod('a')), {
      message:
        'unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml',
    });
  });
});

const table = (...names: string[]): ApiObject => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  columnDefinitions: [
    { name: 'Name', type: 'string', format: 'name' },
    { name: 'Count', type: 'integer' },
    { name: 'More', type: 'string', priority: 1 },
  ],
  rows: names.map((name, i) => ({ cells: [name, names.length - i, 'a\x1b\nb'], object: pod(name) })),
});

describe('tables', () => {
  const show = (choices: TableChoices, ...objects: (ApiObject | WatchEvent)[]) =>
    textOf(new TablePrinter(choices, () => 90_000), ...objects);

  it('have wide columns only when asked for, and texts of one line without escape sequences', () => {
    assert.equal(show({}, table('a', 'b')), 'NAME   COUNT\na      2\nb      1\n');
    assert.equal(show({ wide: true }, table('a')), 'NAME   COUNT   MORE\na      1       a^[...\n');
  });

  it('have columns for namespace, kind and labels', () => {
    const choices = {
      withNamespace: true,
      withKind: { kind: 'Pod', group: 'g' },
      showLabels: true,
      labelColumns: ['x/app'],
    };
    assert.equal(
      show({ ...choices, labelColumns: ['app'] }, table('a')),
      'NAMESPACE   NAME      COUNT   APP   LABELS\nn           pod.g/a   1       a     app=a\n',
    );
    assert.match(show(choices, table('a')), /COUNT {3}APP {3}LABELS\n/);
  });

  it('repeat headers only for other columns, and keep widths in a watch', () => {
    const { columnDefinitions: _, ...bare } = table('b');
    const event = new WatchEvent('ADDED', table('long-name'));
    assert.equal(
      watched(new TablePrinter({}), table('long-name'), bare),
      'NAME        COUNT\nlong-name   1\nb           1\n',
    );
    assert.equal(show({}, event), 'EVENT      NAME        COUNT\nADDED      long-name   1\n');
    assert.equal(show({ noHeaders: true }, table('a')), 'a     1\n');
    assert.equal(show({}, table()), '');
  });

  it('show name and age of what came without columns', () => {
    assert.equal(
      show({}, pod('a', { creationTimestamp: '1970-01-01T00:00:00Z' })),
      'NAME   AGE\na      90s\n',
    );
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Gone', message: 'm' };
    assert.equal(show({}, status), 'STATUS    REASON   MESSAGE\nFailure   Gone     m\n');
  });

  it('are sorted by numbers, texts and quantities, objects without a value first', () => {
    const names = (values: readonly unknown[]) => {
      const rows = values.map((value, i) => ({
        cells: [i],
        object: { spec: value === undefined ? {} : { value } },
      }));
      const sorted = sortTable({ ...table(), rows }, '.spec.value').rows as { cells: number[] }[];
      return sorted.map((row) => row.cells[0]);
    };
    assert.deepEqual(names([3, 1, undefined, 2]), [2, 1, 3, 0]);
    assert.deepEqual(names(['1Gi', '5Mi', '100Ki']), [2, 1, 0]);
    assert.deepEqual(names(['b', 'a', null]), [2, 1, 0]);
    assert.throws(() => names([undefined]), {
      message: `couldn't find any field with path "{.spec.value}" in the list of objects`,
    });
  });
});
