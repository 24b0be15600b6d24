import { matrix } from '../support/dual-stack/matrix.ts';

matrix('tph-e2e-v4', ['IPv4']);
