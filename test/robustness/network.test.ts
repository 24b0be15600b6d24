import { faultsByPlace } from './faults/all.ts';
import { testFiveRounds } from './five-rounds.ts';

testFiveRounds('network', faultsByPlace.network);
