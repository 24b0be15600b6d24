// What the rules of NodeRestriction have in common: one for each resource that nodes write. Called by node-restriction.ts.
import type { AdmissionAttributes } from '../../registry/admission.ts';

/** Throws the 403 for what the node may not do. */
export type NodeRule = (attributes: AdmissionAttributes, node: string) => void;
