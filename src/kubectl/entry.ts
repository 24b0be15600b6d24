// The program `kubectl-tiphys` (dist/kubectl.mjs).
import { processIo } from './io/process-io.ts';
import { runKubectl } from './main.ts';

process.exitCode = await runKubectl(process.argv.slice(2), processIo());
