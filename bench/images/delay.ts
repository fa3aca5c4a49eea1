import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Delayed {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  stop(): void;
}

/** A way to a server on which every answer comes this many milliseconds later, with the same bandwidth. */
export async function delayed(host: string, milliseconds: number): Promise<Delayed> {
  const [address, port] = host.split(':') as [string, string];
  const server = createServer({ noDelay: true }, (client) => {
    const there = connect({ host: address, port: Number(port), noDelay: true });
    client.pipe(there);
    there.on('data', (chunk) => void delay(milliseconds).then(() => client.write(chunk)));
    there.on('end', () => void delay(milliseconds).then(() => client.end()));
    for (const socket of [client, there]) {
      socket.on('error', () => {
        client.destroy();
        there.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port: own } = server.address() as { port: number };
  return { host: `127.0.0.1:${own}`, stop: () => void server.close() };
}
