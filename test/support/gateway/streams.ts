// Clients of a Gateway's ports for TCP and UDP.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { systemClock } from '../../../src/kit/clock.ts';

export const overTcp = (address: string, port: number) =>
  new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(port, address);
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });

export const overUdp = (address: string, port: number) =>
  new Promise<string>((resolve) => {
    const socket = createSocket('udp4', (bytes) => {
      timer.cancel();
      socket.close();
      resolve(String(bytes));
    });
    const timer = systemClock.after(1_000, () => {
      socket.close();
      resolve('');
    });
    socket.send('ping', port, address);
  });
