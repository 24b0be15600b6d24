// `get --raw PATH`: the server's answer as it is.
import type { Io } from '../../io/io.ts';
import type { Session } from '../../session/session.ts';

interface RawChoices {
  readonly raw: string;
  readonly output: string;
  readonly watch: boolean;
  readonly 'watch-only': boolean;
  readonly selector: string;
}

export async function getRaw(choices: RawChoices, io: Io, session: Session): Promise<undefined> {
  if (choices.watch || choices['watch-only'] || choices.selector)
    throw new Error(
      '--raw may not be specified with other flags that filter the server request or alter the output',
    );
  if (choices.output) throw new Error('--raw and --output are mutually exclusive');
  if (!choices.raw.startsWith('/'))
    throw new Error(
      `--raw must be a valid URL path: parse ${JSON.stringify(choices.raw)}: invalid URI for request`,
    );
  const stream = await session.stream({ path: choices.raw });
  for await (const chunk of stream) io.out(chunk as Uint8Array);
}
