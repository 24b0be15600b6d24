import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { configOf } from '../../../cluster/config/read.ts';
import { flagged } from '../../../cluster/config/schema.ts';
import { schemaOptions, valuesOf } from './schema-options.ts';
import { upCommand } from './up.ts';

const config = (text: string) =>
  configOf(`apiVersion: tiphys.io/v1alpha1\nkind: Cluster\n${text}`, 'tiphys.yaml', '/app');

/** What commander makes of these words. */
function parsed(...words: string[]): Record<string, unknown> {
  const command = new Command('up').exitOverride();
  for (const option of schemaOptions({})) command.addOption(option);
  return command.parse(words, { from: 'user' }).opts();
}

test('every flag is a field of tiphys.yaml with the same name, but those that say how the command runs', () => {
  const named = (flag: string) =>
    flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const others = ['--config', '--no-config', '--nodes', '--detach', '--no-kubeconfig', '--file'];
  const flags = upCommand()
    .options.map((option) => option.long!)
    .filter((flag) => !others.includes(flag));
  const fields = flagged.map(([name]) => name).filter((name) => name !== 'files');
  assert.deepEqual(flags.map(named).sort(), [...fields].sort());
});

test('a file gives what its flags would give', () => {
  const values = valuesOf(
    config(`
name: dev
ipFamilies: [IPv4, IPv6]
apiPort: 6444
files: ["a,b", c]
wait: 2m
featureGates: {A: true, B: false}
without: [scheduler]
encrypt: true
`),
  );
  const given = parsed(
    ...[
      '--name',
      'dev',
      '--ip-families',
      'IPv4,IPv6',
      '--api-port',
      '6444',
      '-f',
      '/app/a,b',
      '-f',
      '/app/c',
    ],
    ...['--wait', '2m', '--feature-gates', 'A=true,B=false', '--without', 'scheduler', '--encrypt'],
  );
  for (const [name, value] of values) assert.deepEqual(value, given[name], name);
  assert.equal(values.size, 8);
});

test('--wait alone means five minutes; lists may be repeated or joined; unknown words are refused', () => {
  assert.equal(parsed('--wait').wait, 300_000);
  assert.deepEqual(parsed('--without', 'scheduler', '--without', 'controller-manager').without, [
    'scheduler',
    'controller-manager',
  ]);
  assert.throws(() => parsed('--ip-families', 'IPv5'), /Allowed choices are IPv4, IPv6/);
  assert.throws(() => parsed('--api-port', 'x'), /whole number/);
});
