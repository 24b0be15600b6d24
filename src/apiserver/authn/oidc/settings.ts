// An issuer whose tokens are accepted, as configuration.ts has read and compiled it. Used by issuer.ts and mapping.ts.
import type { Expression } from '../../../api/cel/access/expressions.ts';

export type Mapping =
  | { readonly claim: string; readonly prefix: string }
  | { readonly expression: Expression };

export interface Rule {
  readonly expression: Expression;
  readonly message: string;
}

export interface JwtSettings {
  readonly issuer: string;
  readonly discoveryURL?: string;
  /** PEM. */
  readonly certificateAuthority?: string;
  readonly audiences: readonly string[];
  /** Claims that must have these values. */
  readonly requiredClaims: ReadonlyMap<string, string>;
  readonly claimRules: readonly Rule[];
  readonly username: Mapping;
  readonly groups?: Mapping;
  readonly uid?: Mapping;
  readonly extra: readonly { readonly key: string; readonly expression: Expression }[];
  readonly userRules: readonly Rule[];
}
