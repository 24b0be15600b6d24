// The tutorial, followed word for word by somebody who has a fresh clone, in a machine of their own: each command of its pages prints what
// the page shows. Pages go on from each other, so that the first fault ends it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { type Machines, startMachines } from '../support/machines/machines.ts';
import { follow } from '../support/tutorial/follow.ts';
import { tutorialPages } from '../support/tutorial/pages.ts';
import { type Shell, startShell } from '../support/tutorial/shell.ts';

describe('the tutorial', { timeout: 400_000 }, () => {
  let machines: Machines;
  let shell: Shell;
  before(async () => {
    // Built before its time counts.
    await exec(['bin/tiphys', 'version'], { cwd: repository });
    machines = await startMachines('tph-e2e-tutorial', { count: 1 });
    const machine = machines.all[0]!;
    shell = startShell(machine.prefix, { cwd: repository, env: machine.environment });
  });
  after(async () => {
    shell?.end();
    await machines?.end();
  });

  let wrong = '';
  for (const path of tutorialPages)
    test(basename(path), async () => {
      assert.equal(wrong, '', 'a page before this one is wrong');
      wrong = basename(path);
      for await (const { command, problem } of follow(shell, readFileSync(path, 'utf8')))
        assert.equal(problem, undefined, `line ${command.line}: $ ${command.text}\n${problem}`);
      wrong = '';
    });
});
