// How many pods a second get a node, and how long one scheduling cycle takes, for the shapes of upstream's scheduler_perf: nodes
// are API objects without kubelets; pods are created, scheduled and bound over the API of a real control plane without
// controllers. A table on standard error, a figure for each shape. `npm run bench -- scheduler [NODES] [PERCENT%] [SHAPE…]`: with
// 10%, a tenth of the pods.
import { figure } from './support/figure.ts';
import { measure } from './support/scheduler/measure.ts';
import { openScene } from './support/scheduler/scene.ts';
import { shapes } from './support/scheduler/shapes.ts';

const words = process.argv.slice(2);
const nodes = Number(words.find((word) => /^\d+$/.test(word)) ?? 5_000);
const percent = Number.parseInt(words.find((word) => /^\d+%$/.test(word)) ?? '100', 10);
const wanted = words.filter((word) => !/^\d+%?$/.test(word));

const row = (...cells: (string | number)[]): void => {
  const [name, ...rest] = cells.map(String);
  process.stderr.write(`${name!.padEnd(26)}${rest.map((cell) => cell.padStart(12)).join('')}\n`);
};

const scene = await openScene(nodes, percent / 100);
try {
  row('shape', 'nodes', 'pods', 'pods/s', 'p50 ms', 'p99 ms', 'cpu ms/pod', 'main thread');
  for (const shape of shapes) {
    if (wanted.length > 0 && !wanted.includes(shape.name)) continue;
    const { pods, perSecond, p50, p99, cpu, cpuOfMainThread } = await measure(scene, shape);
    const milliseconds = [p50, p99, cpu, cpuOfMainThread].map((ms) => ms.toFixed(2));
    row(shape.name, nodes, pods, perSecond.toFixed(0), ...milliseconds);
    figure(`sched.${shape.name}_${nodes}_per_s`, perSecond, 'pods/s');
  }
} finally {
  await scene.close();
}
