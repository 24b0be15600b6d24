import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { castsAtDecodingEdgesOnly } from './casts.ts';
import { noCycles, roomsKeepApart } from './imports.ts';
import { timeAndChanceInKit } from './machine.ts';
import { filesAreShort, foldersAreSmall } from './sizes.ts';
import { codeOf, type Rule } from './sources.ts';
import { noSpreadIntoVariadicCalls } from './spreads.ts';

const check = (rule: Rule, files: Readonly<Record<string, string>>): string[] =>
  rule(new Map(Object.entries(files))).map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`);
const importing = (from: string, to: string) =>
  check(roomsKeepApart, { [from]: `import type { X } from '${to}';` });

describe('the import law', () => {
  it('lets a room import itself, the rooms below it, and nothing else', () => {
    assert.deepEqual(importing('src/kubelet/a.ts', './b.ts'), []);
    assert.deepEqual(importing('src/kubelet/a.ts', '../cri/runtime.ts'), []);
    assert.deepEqual(importing('src/scheduler/a.ts', '../cri/runtime.ts'), [
      'src/scheduler/a.ts: may not import src/cri/runtime.ts',
    ]);
    assert.deepEqual(importing('src/kit/a.ts', '../api/b.ts'), ['src/kit/a.ts: may not import src/api/b.ts']);
  });

  it('counts re-exports, imports for effect and dynamic imports, but not imports in comments', () => {
    const source = [
      "export * from '../store/a.ts';",
      "import '../store/b.ts';",
      "const c = await import('../store/c.ts');",
      "// import d from '../store/d.ts';",
    ].join('\n');
    const found = check(roomsKeepApart, { 'src/scheduler/x.ts': source });
    assert.deepEqual(
      found.map((text) => text.slice(-4)),
      ['a.ts', 'b.ts', 'c.ts'],
    );
  });

  it('keeps what runs in browsers apart', () => {
    assert.deepEqual(importing('src/dashboard/web/app/a.tsx', '../../../api/b.ts'), []);
    assert.deepEqual(importing('src/dashboard/web/app/a.tsx', '../pieces/b.tsx'), []);
    assert.equal(importing('src/dashboard/web/app/a.tsx', '../../server/b.ts').length, 1);
    assert.equal(importing('src/dashboard/web/app/a.tsx', '../../../client/b.ts').length, 1);
    assert.equal(importing('src/dashboard/server/a.ts', '../web/b.ts').length, 1);
  });

  it('lets tests import every room, and the simulation import fakes', () => {
    assert.deepEqual(importing('src/scheduler/a.test.ts', '../sim/cluster.ts'), []);
    assert.deepEqual(importing('src/sim/cluster.ts', '../kit/clock.fake.ts'), []);
  });

  it('refuses fakes, tests and the simulation in what ships, and rooms that nobody has named', () => {
    assert.equal(importing('src/store/a.ts', '../kit/clock.fake.ts').length, 1);
    assert.equal(importing('src/cluster/a.ts', '../sim/cluster.ts').length, 1);
    assert.deepEqual(check(roomsKeepApart, { 'src/attic/a.ts': '' }), [
      'src/attic/a.ts: is in a room that tools/boundaries does not know',
    ]);
  });

  it('finds a cycle of type imports', () => {
    const found = check(noCycles, {
      'src/api/a.ts': "import type { B } from './b.ts';",
      'src/api/b.ts': "import type { A } from './a.ts';",
    });
    assert.deepEqual(found, ['src/api/a.ts: import cycle: src/api/a.ts → src/api/b.ts → src/api/a.ts']);
  });
});

describe('time and chance', () => {
  const found = (source: string, file = 'src/scheduler/a.ts') =>
    check(timeAndChanceInKit, { [file]: source });

  it('are refused outside kit, in tests too', () => {
    assert.deepEqual(found('const a = 1;\nsetImmediate(run);'), [
      'src/scheduler/a.ts:2 uses setImmediate; take a Clock or a Random',
    ]);
    assert.equal(found('const t = Date.now() + Math.random();').length, 2);
    assert.equal(found('queueMicrotask(run)', 'src/scheduler/a.test.ts').length, 1);
    assert.equal(found("import { setTimeout as wait } from 'node:timers/promises';").length > 0, true);
    assert.deepEqual(found('setTimeout(run, 1)', 'src/kit/clock.ts'), []);
  });

  it('are not mistaken: methods, longer names, comments and strings', () => {
    assert.deepEqual(found('socket.setTimeout(1); mySetTimeout(); setTimeoutMs;'), []);
    assert.deepEqual(found("// setTimeout(run)\n/* Date.now */ const a = 'Math.random';"), []);
  });
});

describe('casts', () => {
  const found = (file: string, source: string) => check(castsAtDecodingEdgesOnly, { [file]: source });

  it('by way of unknown are refused outside the decoding edges, in tests too', () => {
    const cast = 'const a = b as unknown\n  as C;';
    assert.deepEqual(found('src/client/a.test.ts', cast), [
      'src/client/a.test.ts:1 casts with `as unknown as` outside the decoding edges',
    ]);
    assert.deepEqual(found('src/api/codec/decode.ts', cast), []);
    assert.equal(found('src/api/codecs.ts', cast).length, 1);
  });

  it('are not seen in strings, comments and regular expressions', () => {
    assert.deepEqual(
      found('src/client/a.ts', "const a = 'as unknown as'; // as unknown as\nf(/as unknown as/);"),
      [],
    );
  });
});

describe('sizes', () => {
  const many = (folder: string, count: number, suffix = '') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/f${i}${suffix}.ts`, '']));

  it('allow a folder fifteen source files; tests and inner folders do not count', () => {
    const files = { ...many('src/kit', 15), ...many('src/kit', 5, '.test'), ...many('src/kit/x', 3) };
    assert.deepEqual(check(foldersAreSmall, files), []);
    assert.deepEqual(check(foldersAreSmall, many('src/kit', 16)), [
      'src/kit: holds 16 source files; more than 15 need inner folders',
    ]);
  });

  it('allow a file 400 lines, tests included', () => {
    assert.deepEqual(
      check(filesAreShort, { 'src/kit/a.ts': `${'\n'.repeat(399).replaceAll('\n', 'x\n')}x\n` }),
      [],
    );
    assert.deepEqual(check(filesAreShort, { 'src/kit/a.test.ts': 'x\n'.repeat(401) }), [
      'src/kit/a.test.ts: has 401 lines; 400 are the most',
    ]);
  });

  it('do not hold for the kinds of the API', () => {
    assert.deepEqual(check(foldersAreSmall, many('src/api/kinds/core/v1', 30)), []);
    assert.deepEqual(check(filesAreShort, { 'src/api/kinds/core/v1/pod.ts': 'x\n'.repeat(900) }), []);
  });
});

describe('what counts as code', () => {
  it('keeps lines, and blanks what a quote inside a regular expression would otherwise open', () => {
    const source = "const a = /['`]/.test(b);\nconst c = d / e; // it's\nreturn f;";
    assert.equal(codeOf(source).split('\n').length, 3);
    assert.match(codeOf(source), /return f;$/);
  });
});

describe('spreads', () => {
  const lines = (source: string) => check(noSpreadIntoVariadicCalls, { 'src/api/a.ts': source }).length;

  it('may not pass a list as arguments to calls of the language, over lines too', () => {
    assert.equal(lines('errors.push(...more);'), 1);
    assert.equal(lines('errors.push(\n  first(a, b),\n  ...more,\n);'), 1);
    assert.equal(lines('const most = Math.max(0, ...values.map((one) => one.size));'), 1);
    assert.equal(lines('String.fromCharCode(...codes); list.splice(1, 0, ...more);'), 2);
  });

  it('are free in lists, objects, inner functions, texts and tests', () => {
    assert.equal(lines('errors.push({ ...error }, [...more]); // errors.push(...more)'), 0);
    assert.equal(lines("errors.push(f((...rest) => g(rest)), '...'); own(...words);"), 0);
    assert.deepEqual(check(noSpreadIntoVariadicCalls, { 'src/api/a.test.ts': 'a.push(...b);' }), []);
  });
});
