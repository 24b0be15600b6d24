import { matrix } from '../support/dual-stack/matrix.ts';

matrix('tph-e2e-v4v6', ['IPv4', 'IPv6']);
