// The commands of the CI job of examples/ci, as they stand in its file, with this repository's tiphys in the place of the installed one.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseYaml } from '../../src/api/codec/yaml.ts';
import { readRecord } from '../../src/cluster/state/registry.ts';
import { tryExec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly if?: string;
}

describe('the CI job of examples/ci', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tph-ci-')));
  const job = parseYaml(readFileSync(join(repository, 'examples/ci/workflow.yaml'), 'utf8')) as {
    jobs: { test: { steps: Step[]; defaults: { run: Record<string, string> } } };
  };
  const { steps, defaults } = job.jobs.test;
  const env = {
    HOME: root,
    XDG_CONFIG_HOME: '',
    KUBECONFIG: '',
    CI: '1',
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
  };
  const run = (name: string) => {
    const step = steps.find((one) => one.name === name)!;
    return tryExec(['bash', '-e', '-c', step.run!], {
      cwd: join(repository, defaults.run['working-directory']!),
      env,
    });
  };

  before(async () => {
    mkdirSync(join(root, 'bin'));
    const program = (name: string, text: string) =>
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    program('sudo', '[ "$1" = -E ] && shift; exec "$@"');
    program('npx', `[ "$1" = tiphys ] && shift && exec ${join(repository, 'bin/tiphys')} "$@"`);
    await run('Leave nothing behind');
  });

  after(async () => {
    await run('Leave nothing behind');
    rmSync(root, { recursive: true, force: true });
  });

  it('starts its clusters at once, tests them, and leaves nothing behind', async () => {
    const outputs = new Map<string, string>();
    for (const { name, run: text, if: when } of steps) {
      if (!name || !text || name === 'Install' || when === 'failure()') continue;
      const { code, stdout, stderr } = await run(name);
      assert.equal(code, 0, `${name}: ${stdout}${stderr}`);
      outputs.set(name, `${stdout}${stderr}`);
    }
    assert.match(outputs.get('Start two clusters at once')!, /Cluster ci-app is ready after .*: 2 nodes/);
    assert.match(outputs.get("Test the API's rules")!, /namespace\/team created\nyes/);
    assert.match(outputs.get('Test the application')!, /^ok\s(?:.|\n)*hello-\S+ +1\/1 +Running/);
    assert.equal(readRecord('ci-app') ?? readRecord('ci-api'), undefined);
  });
});
