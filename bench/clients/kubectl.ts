// How long kubectl takes: to start, to get little and much, to apply. With KUBECTL_OTHER=/path/to/kubectl another one is measured in
// turns with ours, against the same server and the same objects.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pod } from '../../src/api/kinds/core/v1/pod.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec } from '../../src/kit/exec.ts';
import { repository } from '../../test/support/cluster.ts';
import { clientTo } from '../support/client.ts';
import { figure, median } from '../support/figure.ts';

const command = join(repository, 'bin/tiphys');
const name = 'tph-bench-kubectl';
const rounds = 7;
const pods = 5_000;
const applied = 100;

const other = process.env.KUBECTL_OTHER;
const programs: readonly (readonly [of: string, program: string])[] = [
  ['ours', join(repository, 'bin/kubectl-tiphys')],
  ...(other ? [['other', other] as const] : []),
];

const directory = mkdtempSync(join(tmpdir(), 'tph-'));
const kubeconfig = join(directory, 'kubeconfig');

/** Milliseconds until the program has ended; it must succeed. */
function run(program: string, words: readonly string[], home: string): Promise<number> {
  const from = systemClock.monotonic();
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: home };
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(systemClock.monotonic() - from) : reject(new Error(`${words.join(' ')}: ${code}`)),
    );
  });
}

/** The median of each program, taken in turns; `before` runs before each of them and is not measured. */
async function measure(
  what: string,
  words: readonly string[],
  before?: (program: string, home: string) => Promise<unknown>,
): Promise<void> {
  const samples = new Map<string, number[]>(programs.map(([of]) => [of, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [of, program] of programs) {
      const home = join(directory, of);
      await before?.(program, home);
      const ms = await run(program, words, home);
      // The first round fills caches: of discovery, of compiled code.
      if (round > 0) samples.get(of)?.push(ms);
    }
  for (const [of, all] of samples)
    figure(`kubectl ${what}${of === 'ours' ? '' : `, ${of}`}`, median(all), 'ms');
}

/** Nobody schedules pods with a gate: the server is at rest while it is asked. */
async function createPods(): Promise<void> {
  const { client, transport } = clientTo(kubeconfig);
  const create = (i: number) =>
    client.create(Pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${i}`, namespace: 'default', labels: { app: `app-${i % 50}` } },
      spec: { schedulingGates: [{ name: 'bench/gate' }], containers: [{ name: 'main', image: 'none' }] },
    });
  for (let i = 0; i < pods; i += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => create(i + k)));
  transport.close();
}

function configMaps(value: string): string {
  const file = join(directory, `maps-${value}.yaml`);
  const one = (i: number) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-${i}\n  namespace: default\ndata:\n  key: ${value}\n`;
  writeFileSync(file, Array.from({ length: applied }, (_, i) => one(i)).join('---\n'));
  return file;
}

spawnSync(command, ['down', '--name', name, '--purge'], { stdio: 'ignore' });
try {
  await exec([
    ...[command, 'up', '--name', name, '--detach', '--isolated', '--nodes', '0'],
    ...['--data-dir', join(directory, 'data'), '--kubeconfig', kubeconfig],
  ]);
  await measure('version --client', ['version', '--client']);
  await measure('get of one object', ['get', 'namespace', 'default']);
  await createPods();
  await measure(`get of ${pods} pods`, ['get', 'pods']);
  await measure(`get of ${pods} pods as JSON`, ['get', 'pods', '-o', 'json']);
  const [first, second] = [configMaps('one'), configMaps('two')];
  const reset = (program: string, home: string) => run(program, ['apply', '-f', first], home);
  await measure(`apply of ${applied} objects, unchanged`, ['apply', '-f', first], reset);
  await measure(`apply of ${applied} objects, changed`, ['apply', '-f', second], reset);
} finally {
  await exec([command, 'down', '--name', name, '--purge']);
  rmSync(directory, { recursive: true, force: true });
}
