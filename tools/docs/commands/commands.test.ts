import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { makeProgram } from '../../../src/cli/program.ts';
import { commandLines, shellWords } from './command-lines.ts';
import { problemOf } from './known.ts';

const program = makeProgram();
const problem = (line: string) => problemOf(program, commandLines(`\`\`\`\n${line}\n\`\`\``)[0]!.words);

describe('command lines of pages', () => {
  it('are found in code, with their words, without what follows them', () => {
    const page =
      '`tiphys no`\n\n```\nbin/tiphys up --nodes 2     # two\n$ kubectl get pods -l "a b" | wc -l\nother\n```\n\n```yaml\ntiphys: no\n```\n';
    assert.deepEqual(
      commandLines(page).map(({ line, words }) => [line, ...words]),
      [
        [4, 'tiphys', 'up', '--nodes', '2'],
        [5, 'kubectl', 'get', 'pods', '-l', 'a b'],
      ],
    );
    assert.deepEqual(shellWords(`a 'b c'"d" $(e f) g`), ['a', 'b cd', '$', 'g']);
  });

  it('are wrong when a command, a verb or a flag does not exist', async () => {
    assert.equal(await problem('tiphys up --nodes 2 -f x'), undefined);
    assert.equal(await problem('tiphys up --knots 2'), 'up has no --knots');
    assert.equal(await problem('tiphys image bake x'), 'image has no command bake');
    assert.equal(await problem('tiphys kubectl get pods -o wide'), undefined);
    assert.match((await problem('tiphys kubectl gut pods')) ?? '', /no verb gut/);
    assert.match((await problem('kubectl get pods --shiny')) ?? '', /unknown flag: --shiny/);
    assert.match((await problem('kubectl rollout status x --timeout soon')) ?? '', /invalid argument/);
  });

  it('exist, in all pages', async () => {
    const wrong: string[] = [];
    for (const page of ['README.md', 'CONTRIBUTING.md', ...globSync('{docs,examples}/**/*.md')])
      for (const { line, words } of commandLines(readFileSync(page, 'utf8'))) {
        const found = await problemOf(program, words);
        if (found) wrong.push(`${page}:${line}: ${words.join(' ')}: ${found}`);
      }
    assert.deepEqual(wrong, []);
  });
});
