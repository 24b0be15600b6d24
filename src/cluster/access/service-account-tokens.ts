// How long tokens of service accounts are valid, and who signs them, from the flags of `tiphys apiserver`. An external signer is
// loaded only when it is asked for. Upstream: pkg/controlplane/apiserver/options/{options,validation}.go.
import type { ExternalSigner } from '../../apiserver/authn/external-signer/external-signer.ts';
import type { ApiServerOptions } from '../../apiserver/options.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import type { TokenFlags } from './authentication.ts';

export interface SignerFlags {
  readonly serviceAccountSigningEndpoint?: string;
  readonly serviceAccountSigningKeyFile?: string;
  readonly serviceAccountKeyFile?: readonly string[];
}

export interface ChosenTokens {
  readonly options: Pick<ApiServerOptions, 'tokenSource' | 'tokenLifetimes'>;
  metrics(): string;
  close(): void;
}

/** As upstream says it; undefined if nothing is wrong. */
export function signerProblem(flags: SignerFlags): string | undefined {
  const {
    serviceAccountSigningEndpoint: endpoint = '',
    serviceAccountSigningKeyFile,
    serviceAccountKeyFile,
  } = flags;
  if (endpoint === '') return undefined;
  if (serviceAccountSigningKeyFile || serviceAccountKeyFile?.length)
    return "can't set `--service-account-signing-key-file` and/or `--service-account-key-file` with `--service-account-signing-endpoint` (They are mutually exclusive)";
  return endpoint.startsWith('@') && !isAbstractName(endpoint.slice(1))
    ? `invalid value ${JSON.stringify(endpoint)} passed for \`--service-account-signing-endpoint\`, when prefixed with @ must be a valid abstract socket name`
    : undefined;
}

/** Letters, digits, - and _ in parts between dots. */
const isAbstractName = (name: string): boolean =>
  name.split('.').every((part) => /^[a-zA-Z0-9_-]+$/.test(part));

/** Rejects, in upstream's words, if the signer is not there within a minute, or allows less than the flags ask for. */
export async function tokensOf(
  flags: TokenFlags & SignerFlags,
  tools: { readonly clock: Clock; readonly log: Logger },
): Promise<ChosenTokens> {
  const { serviceAccountMaxTokenExpiration: max, serviceAccountExtendTokenExpiration: extend = true } = flags;
  const { serviceAccountSigningEndpoint: endpoint } = flags;
  if (!endpoint && max === undefined && extend) return { options: {}, metrics: () => '', close() {} };
  const { lifetimesOf } = await import('../../apiserver/authn/external-signer/lifetimes.ts');
  let signer: ExternalSigner | undefined;
  try {
    let signers: number | undefined;
    if (endpoint) {
      const { ExternalSigner } = await import('../../apiserver/authn/external-signer/external-signer.ts');
      signer = new ExternalSigner({ endpoint, ...tools });
      signers = await signer.open();
    }
    const { warnings, ...tokenLifetimes } = lifetimesOf({ max, extend, signer: signers });
    for (const warning of warnings) tools.log.warn(warning);
    return {
      options: { tokenLifetimes, ...(signer && { tokenSource: signer }) },
      metrics: () => signer?.metrics() ?? '',
      close: () => signer?.close(),
    };
  } catch (error) {
    signer?.close();
    throw new UserError(messageOf(error));
  }
}
