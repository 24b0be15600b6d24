import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { validateHostProcesses, validateOS, validateWindowsOptions } from './windows.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map((e) => `${e.field}: ${e.message}`);

const users: Readonly<Record<string, string[]>> = {
  ContainerUser: [],
  'NT AUTHORITY\\SYSTEM': [],
  'example.com\\a': [],
  '': ['runAsUserName cannot be an empty string'],
  'a\nb': ['runAsUserName cannot contain control characters'],
  'a\\b\\c': ['runAsUserName cannot contain more than one backslash'],
  '\\a': ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"],
  'd\\': ["runAsUserName's User cannot be empty"],
  '. .': ["runAsUserName's User cannot contain only periods or spaces"],
  'a:b': [`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`],
};

for (const [runAsUserName, expected] of Object.entries(users))
  test(`Windows user ${JSON.stringify(runAsUserName)}`, () =>
    assert.deepEqual(
      texts(validateWindowsOptions({ runAsUserName }, 'w')),
      expected.map((why) => `w.runAsUserName: Invalid value: ${JSON.stringify(runAsUserName)}: ${why}`),
    ));

const spec = (changes: Partial<PodSpec>): PodSpec => ({
  containers: [{ name: 'a' }, { name: 'b' }],
  ...changes,
});

test('processes of the host are all of a pod, in the host’s network', () => {
  const own = { windowsOptions: { hostProcess: true } };
  assert.deepEqual(
    texts(
      validateHostProcesses(spec({ containers: [{ name: 'a', securityContext: own }, { name: 'b' }] }), 's'),
    ),
    [
      's: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
      's.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
    ],
  );
  assert.deepEqual(texts(validateHostProcesses(spec({ securityContext: own, hostNetwork: true }), 's')), []);
});

test('the operating system excludes options of the other', () => {
  assert.deepEqual(texts(validateOS(spec({ os: { name: 'plan9' } }), 's')), [
    's.os: Unsupported value: "plan9": supported values: "linux", "windows"',
  ]);
  const windowsOptions = {};
  assert.deepEqual(
    texts(validateOS(spec({ os: { name: 'linux' }, securityContext: { windowsOptions } }), 's')),
    ['s.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
  );
  const securityContext = { privileged: false };
  assert.deepEqual(
    texts(
      validateOS(
        spec({
          os: { name: 'windows' },
          hostPID: true,
          hostIPC: false,
          securityContext: { fsGroup: 1 },
          containers: [{ name: 'a', securityContext }],
        }),
        's',
      ),
    ),
    [
      's.hostPID: Forbidden: cannot be set for a windows pod',
      's.securityContext.fsGroup: Forbidden: cannot be set for a windows pod',
      's.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
    ],
  );
});
