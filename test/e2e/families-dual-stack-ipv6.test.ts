import { matrix } from '../support/dual-stack/matrix.ts';

matrix('tph-e2e-v6v4', ['IPv6', 'IPv4']);
