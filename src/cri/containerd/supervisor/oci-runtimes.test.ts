import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tryExec } from '../../../kit/exec.ts';
import { crunScript } from './oci-runtimes.ts';

/** Fails for all containers but one. */
const CRUN = `#!/bin/sh
case "$*" in *well*) echo "crun $*" ;; *) echo "crun's words" >&2; exit 3 ;; esac
`;

test('a container that crun no longer knows is reported in the words that containerd understands', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'oci-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const crun = join(directory, "crun's");
  const script = join(directory, 'crun');
  writeFileSync(crun, CRUN, { mode: 0o755 });
  writeFileSync(script, crunScript(crun), { mode: 0o755 });
  mkdirSync(join(directory, 'known'));
  writeFileSync(join(directory, 'known/status'), '');
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await tryExec([script, '--root', directory, '--log', '/l', ...words]);
    return [code, stdout + stderr];
  };

  const gone = [3, "crun's words\ncontainer does not exist\n"];
  assert.deepEqual(await run('kill', '--all', 'gone', '9'), gone);
  assert.deepEqual(await run('delete', '--force', 'gone'), gone);
  assert.deepEqual(await run('kill', 'known', '9'), [3, "crun's words\n"]);
  assert.deepEqual(await run('create', '--bundle', '/b', 'gone'), [3, "crun's words\n"]);
  assert.deepEqual(await run('kill', 'well', '9'), [0, `crun --root ${directory} --log /l kill well 9\n`]);
});
