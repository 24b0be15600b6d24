import { matrix } from '../support/dual-stack/matrix.ts';

matrix('tph-e2e-v6', ['IPv6']);
