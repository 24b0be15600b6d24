import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram } from '../../cri/containerd/supervisor/oci-runtimes.ts';
import { tryExec } from '../../kit/exec.ts';
import { planService, serviceFiles } from './plan.ts';
import { hideSecrets } from './secrets.ts';

const plan = (role: 'server' | 'agent', words: string[], announces = false) =>
  planService({ ...{ role, words, announces }, program: '/bin/true', dataDirectory: '/var/lib/tiphys/x y' });

test('secrets go into files of their own, however they are written', () => {
  const hidden = hideSecrets(
    ['h:6443', '--token', 'a.b', '--certificate-key=k', '--ca-hash', 'c', '--token'],
    (name) => `/etc/${name}`,
  );
  assert.deepEqual(hidden.words, [
    ...['h:6443', '--token-file', '/etc/token', '--certificate-key-file', '/etc/certificate-key'],
    ...['--ca-hash', 'c', '--token'],
  ]);
  assert.deepEqual(hidden.files, [
    { path: '/etc/token', content: 'a.b\n' },
    { path: '/etc/certificate-key', content: 'k\n' },
  ]);
});

test('a token is in no file that others can read, and every file is known to the uninstallation', () => {
  const files = plan('agent', ['h:6443', '--token', 'abcdef.0123456789abcdef']);
  for (const { content, mode, path } of files) {
    assert.equal(content.includes('abcdef.0123'), mode === 0o600 && path.endsWith('.token'));
    assert.ok(serviceFiles('agent').includes(path), path);
  }
  assert.match(
    files[0]!.content,
    /^ExecStart=\/bin\/true join h:6443 --token-file \/etc\/tiphys\/agent.token$/m,
  );
});

test('pods outlive the end of their agent, and the agent takes nothing from them', () => {
  const [{ content } = assert.fail()] = plan('agent', []);
  for (const line of ['KillMode=process', 'Delegate=yes', 'Restart=always'])
    assert.ok(content.includes(`\n${line}\n`), line);
  assert.doesNotMatch(content, /^(Protect|Private|Restrict|SystemCall|NoNew|Capability|ReadWrite)/m);
});

test('words reach the command as they are', () => {
  const [{ content } = assert.fail()] = plan('server', ['--name', 'a b', '--x', '50%', '$HOME', 'q"\\']);
  assert.match(content, /^ExecStart=\/bin\/true server --name "a b" --x 50%% \$\$HOME "q\\"\\\\"$/m);
});

const analyze = findProgram('systemd-analyze');

test('systemd finds nothing wrong with the units, and the server well enough confined', {
  skip: !analyze && 'needs systemd-analyze',
}, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'units-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [role, announces] of [
    ['server', false],
    ['server', true],
    ['agent', false],
  ] as const) {
    const [{ content } = assert.fail()] = plan(role, ['--name', '50% a'], announces);
    const unit = join(directory, `tiphys-${role}.service`);
    writeFileSync(unit, content);
    const { code, stderr } = await tryExec([analyze!, 'verify', '--man=no', unit]);
    const ours = stderr.split('\n').filter((line) => line.includes('tiphys-'));
    assert.deepEqual([code, ours], [0, []], stderr);
    if (role === 'agent') continue;
    const threshold = announces ? '30' : '23';
    const offline = ['security', '--offline=yes', `--threshold=${threshold}`, unit];
    const found = await tryExec([analyze!, ...offline]);
    assert.equal(found.code, 0, found.stdout.trim().split('\n').at(-1));
  }
});
