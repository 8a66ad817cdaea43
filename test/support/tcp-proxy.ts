/** A wire to a server that can be cut, or left hanging, between a service and its database. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** How many messages came from those who connect; each of them waits for an answer before the next. */
  messages(): number;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Keeps every connection and lets nothing through. */
  hang(): void;
  /** Lets nothing through on the connections there are, for ever, as a network does that forgot them; new ones work. */
  strand(): void;
  /** Lets everything through again, also what waited. */
  mend(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const stranded = new Set<Socket>();
  let messages = 0;
  let state: 'open' | 'cut' | 'hanging' = 'open';
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (state === 'hanging') socket.pause();
  };
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(port, host);
    client.pipe(upstream).pipe(client);
    client.on('data', () => (messages += 1));
    for (const socket of [client, upstream]) keep(socket);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    messages: () => messages,
    cut,
    hang: () => {
      state = 'hanging';
      for (const socket of sockets) socket.pause();
    },
    strand: () => {
      for (const socket of sockets) stranded.add(socket.pause());
    },
    mend: () => {
      state = 'open';
      for (const socket of sockets) if (!stranded.has(socket)) socket.resume();
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
