// The pause image, whose process holds a pod's namespaces: embedded, so that no registry is needed to start a pod. The
// bytes are pause.c beside this file, compiled for x86-64; other machines must name an image to pull instead.
import { buildImage } from '../build.ts';
import type { ImageContent } from '../content.ts';

export const PAUSE_IMAGE = 'localhost/tiphys/pause:1';

/** The embedded image; throws on a machine for which there is no program in it. */
export function pauseImage(arch: string = process.arch): ImageContent {
  if (arch !== 'x64') throw new Error(`the embedded pause image is unsupported on ${arch}: name one to pull`);
  const content = Buffer.from(PROGRAM.replaceAll(/\s/g, ''), 'base64');
  return buildImage({
    layers: [[{ path: 'pause', type: 'file', mode: 0o755, content }]],
    config: { entrypoint: ['/pause'], user: '65535:65535' },
    names: [PAUSE_IMAGE],
  });
}

const PROGRAM = `
f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAA6wBAAAAAAABAAAAAAAAAAOABAAAAAAAAAAAAAEAAOAACAEAABAADAAEAAAAFAAAAAAAAAAAAAAAA
AEAAAAAAAAAAQAAAAAAAmAEAAAAAAACYAQAAAAAAAAAQAAAAAAAAUeV0ZAYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAEAAAAAAAAAC4DwAAAA8FDwsx0kUx0rg8AAAASInXSInWDwXDQbg9AAAASIPP/7oBAAAARTHSMfZMicAPBUiFwH/xw1MxwEiNHcT/
//9BuA0AAABMjQ2u////QboIAAAAMdK/AgAAAEiJRCT4SI10JOBMicBIiVwk4EjHRCToAAAABEyJTCTwDwUxyUiJXCTgvw8AAABMicBIx0Qk
6AAAAARMiUwk8EiJTCT4DwUx/0iNBW7///9MiUwk8EiJRCTgTInASIl8JPi/EQAAAEjHRCToAQAABA8FQbgiAAAAMdJFMdJMicBIiddIidYP
BevuR0NDOiAoRGViaWFuIDEyLjIuMC0xNCtkZWIxMnUxKSAxMi4yLjAAAC5zaHN0cnRhYgAudGV4dAAuY29tbWVudAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAsAAAABAAAABgAAAAAAAACwAEAAAAAA
ALAAAAAAAAAA6AAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAARAAAAAQAAADAAAAAAAAAAAAAAAAAAAACYAQAAAAAAACcAAAAAAAAA
AAAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAvwEAAAAAAAAaAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAA
AAAAAAAAAA==
`;
