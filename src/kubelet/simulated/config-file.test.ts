import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSimulationConfig } from './config-file.ts';
import { DEFAULT_SIMULATION } from './settings.ts';

const HEAD = 'apiVersion: simulation.tiphys/v1\nkind: SimulatedNodes\n';
const read = (text: string) => readSimulationConfig(HEAD + text);

it('what the file leaves out has a default', () => {
  assert.deepEqual(read(''), DEFAULT_SIMULATION);
  assert.deepEqual(read('capacity: { cpu: "4" }').capacity, { cpu: '4', memory: '256Gi', pods: '110' });
});

it('reads every field', () => {
  const settings = read(`
capacity: { cpu: "4", memory: 8Gi, pods: "20", nvidia.com/gpu: "8" }
labels: { disk: fast }
taints: []
zones: [a, b]
startDelay: 500ms-2s
stopDelay: 3s
jobDuration: 1m
failures: { startFraction: 0.1, crashesPerHour: 2 }
usage: { cpu: 0.25, memory: 1.5 }
`);
  assert.deepEqual(settings, {
    capacity: { cpu: '4', memory: '8Gi', pods: '20', 'nvidia.com/gpu': '8' },
    labels: { disk: 'fast' },
    taints: [],
    zones: ['a', 'b'],
    startDelay: { from: 500, to: 2_000 },
    stopDelay: { from: 3_000, to: 3_000 },
    jobDuration: 60_000,
    startFailures: 0.1,
    crashesPerHour: 2,
    usage: { cpu: 0.25, memory: 1.5 },
  });
});

it('says what is wrong', () => {
  const cases: [string, RegExp][] = [
    ['capacty: {}', /unknown field "capacty"/],
    ['startDelay: soon', /^startDelay: Invalid value: "soon": must be a duration/],
    ['stopDelay: 2s-1s', /^stopDelay: /],
    ['failures: { startFraction: 2 }', /^failures\.startFraction: .* must be between 0 and 1$/],
    ['labels: { disk: very fast }', /^labels: /],
    ['zones: ["a b"]', /^zones: /],
    ['taints: [{ key: a, effect: Never }]', /^taints\[0\]\.effect: Unsupported value: "Never"/],
    ['usage: { cpu: -1 }', /^usage\.cpu: /],
    ['capacity: { pods: "501" }', /^capacity\.pods: .* must be between 0 and 500$/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => read(text),
      ({ message: said }: Error) => message.test(said),
      text,
    );
});
