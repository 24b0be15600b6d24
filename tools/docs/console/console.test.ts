import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { consoleCommands, type Varies, withOutputs } from './blocks.ts';
import { difference } from './compare.ts';
import { shownFiles, withFiles } from './files.ts';

const PAGE = `# Page

\`\`\`console
$ kubectl get pods
NAME   AGE
web    5s
$ cat <<END
> one
> END
one
\`\`\`

\`\`\`yaml
$ no: console
\`\`\`

<!-- varies: usage, counts -->
\`\`\`console
$ true
\`\`\`
`;

const none = new Set<Varies>();
const same = (page: string, printed: string, varies: ReadonlySet<Varies> = none) =>
  assert.equal(difference(page.split('\n'), printed.split('\n'), varies), undefined);
const differs = (page: string, printed: string, varies: ReadonlySet<Varies> = none) =>
  assert.match(difference(page.split('\n'), printed.split('\n'), varies) ?? '', /the page shows/);

describe('the commands of a page', () => {
  it('are those of its console blocks, in order, with what they print', () => {
    const found = consoleCommands(PAGE);
    assert.deepEqual(
      found.map(({ line, text, output }) => ({ line, text, output })),
      [
        { line: 4, text: 'kubectl get pods', output: ['NAME   AGE', 'web    5s'] },
        { line: 7, text: 'cat <<END\none\nEND', output: ['one'] },
        { line: 19, text: 'true', output: [] },
      ],
    );
    assert.deepEqual(
      found.map(({ varies }) => [...varies]),
      [[], [], ['usage', 'counts']],
    );
  });

  it('are refused when a block begins with what is printed, does not end, or varies in an unknown way', () => {
    assert.throws(() => consoleCommands('```console\nNAME\n```\n'), /line 2: a console block begins with/);
    assert.throws(() => consoleCommands('```console\n$ true\n'), /line 1: this block does not end/);
    assert.throws(() => consoleCommands('<!-- varies: mood -->\n```console\n$ a\n```\n'), /varies: mood/);
  });

  it('may get other outputs, and nothing else changes', () => {
    const other = withOutputs(PAGE, [['NAME'], ['two', 'three'], ['four']]);
    assert.deepEqual(
      consoleCommands(other).map(({ output }) => output),
      [['NAME'], ['two', 'three'], ['four']],
    );
    const own = consoleCommands(PAGE).map(({ output }) => output);
    assert.equal(withOutputs(other, own), PAGE);
  });
});

describe('what is printed', () => {
  it('may have other times, addresses, made names, node ports and widths of columns', () => {
    same('web-566f5b7669-4rllw   1/1   Running   5s', 'web-6b8d5fcc86-xvvbq 1/1  Running  2m10s');
    same('report-4rllw   10.128.0.3   80:31640/TCP', 'report-x7kqp 10.128.1.17 80:30007/TCP');
    same('ready after 0.93 s', 'ready after 12.1 s');
    same('1 (1s ago)   9s', '1 (3s ago)   12s');
    same('at 2026-12-01T06:30:00Z', 'at 2027-01-01T00:00:00Z');
  });

  it('has the same words, numbers, states and lines', () => {
    differs('web   1/1   Running', 'web   0/1   Running');
    differs('web   1/1   Running   0   5s', 'web   1/1   Running   1   5s');
    differs('pod/web created', 'pod/web unchanged');
    differs('127.0.0.1', '127.0.0.2');
    differs('port 8080', 'port 8081');
    differs('cpu 100m', 'cpu 200m');
    differs('service-front', 'service-store');
    differs('one', 'one\ntwo');
    differs('one\ntwo', 'one');
    differs('  indented: 1', 'indented: 1');
  });

  it('may have lines with made names in another order, and no others', () => {
    same('web-4rllw a\nweb-x7kqp b', 'web-2bcdf b\nweb-zzzzz a');
    differs('web-4rllw a\nweb-x7kqp b', 'web-2bcdf b\nweb-zzzzz b');
    differs('tiphys a\ntiphys-2 b', 'tiphys-2 b\ntiphys a');
    same('part 0\npart 1', 'part 1\npart 0', new Set<Varies>(['order']));
  });

  it('may have anything where the page has …', () => {
    same('Warning: …', 'Warning: something long');
    same('a … c', 'a b c');
    differs('a … c', 'a b d');
    differs('Warning: …', 'Error: something');
    same('…\nlast', 'one\ntwo\nlast');
    same('first\n…\nlast\n…', 'first\nlast');
    differs('…\nlast', 'one\nlast\ntwo');
    differs('first\n…', 'second\nfirst');
  });

  it('may say what takes longer than a second', () => {
    same('done', '  … building\ndone');
    differs('done', 'building\ndone');
  });

  it('may name another node where the page says so', () => {
    differs('hello   tiphys-2   <none>', 'hello   tiphys   <none>');
    same('hello   tiphys-2   <none>', 'hello   tiphys   <none>', new Set<Varies>(['nodes']));
    differs('hello   tiphys-2   <none>', 'hello   <none>   <none>', new Set<Varies>(['nodes']));
  });

  it('may use more or less, and count a little otherwise, where the page says so', () => {
    differs('1m   1Mi', '3m   2Mi');
    same('1m   1Mi', '3m   2Mi', new Set<Varies>(['usage']));
    same('  10 Next\n  90 Now', '   8 Next\n  92 Now', new Set<Varies>(['counts']));
    differs('  10 Next\n  90 Now', '  50 Next\n  50 Now', new Set<Varies>(['counts']));
    differs('  10 Next\n  90 Now', '  90 Now\n  10 Next', new Set<Varies>(['counts']));
  });
});

describe('files that a page shows', () => {
  it('stand in blocks with their names', () => {
    const page = 'before\n\n```yaml pod.yaml\nkind: Pod\n```\n\n```yaml\nother: 1\n```\n';
    assert.deepEqual(shownFiles(page), [{ name: 'pod.yaml', text: 'kind: Pod\n' }]);
    assert.equal(
      withFiles(page, (name) => `name: ${name}\n`),
      page.replace('kind: Pod', 'name: pod.yaml'),
    );
  });

  it('are those of the repository, in all pages', () => {
    for (const page of globSync('docs/**/*.md'))
      for (const { name, text } of shownFiles(readFileSync(page, 'utf8')))
        assert.equal(text, readFileSync(join(dirname(page), name), 'utf8'), `${page}: ${name}`);
  });

  it('are all shown by the tutorial', () => {
    const shown = globSync('docs/tutorial/*.md').flatMap((page) =>
      shownFiles(readFileSync(page, 'utf8')).map(({ name }) => name),
    );
    assert.deepEqual(
      shown.sort(),
      globSync('*.yaml', { cwd: 'docs/tutorial' }).sort(),
      'each of its files, once',
    );
  });
});
