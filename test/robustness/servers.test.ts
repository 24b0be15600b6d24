import { serversFaults } from './faults/servers/all.ts';
import { fiveRoundsOf } from './five-rounds.ts';
import { runServersFault } from './servers-run.ts';

fiveRoundsOf('several servers over etcd', serversFaults, runServersFault);
