// An image for what busybox cannot: this Node.js and the libraries it is linked with, on top of busybox, and the programs
// in test/images/speaker: a server that says who it is over TCP and UDP, and clients that ask it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageContent } from '../../src/cri/image/content.ts';
import { busyboxImage } from './busybox-image.ts';
import { fileAt, linkedProgram } from './images/linked-program.ts';

const programs = new URL('../images/speaker', import.meta.url).pathname;

export function speakerImage(name = 'speaker:1'): ImageContent {
  const files = readdirSync(programs).map((program) => fileAt(`/${program}`, join(programs, program)));
  const config = { cmd: ['node', '/server.js'], env: ['PATH=/bin'] };
  return busyboxImage(name, {
    config,
    layers: [[...linkedProgram(process.execPath, '/bin/node'), ...files]],
  });
}
