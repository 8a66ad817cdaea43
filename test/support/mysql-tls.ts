/** A server of MySQL's that speaks TLS, made of one that does not: it stands before it and takes the encryption off. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface MysqlTls {
  readonly port: number;
  /** How many connections have been encrypted. */
  readonly encrypted: () => number;
  close(): Promise<void>;
}

// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
const HEADER = 4;
const SEQUENCE = 3;
/** CLIENT_SSL, 0x0800, in the second byte of the capabilities. */
const SPEAKS_TLS = 0x08;
const [OK, REFUSED] = [0x00, 0xff];

/** @param certificate the server's, and its key, as PEM */
export async function startMysqlTls(
  upstream: { readonly host: string; readonly port: number },
  certificate: { readonly cert: string; readonly key: string },
): Promise<MysqlTls> {
  const sockets = new Set<Socket>();
  let encrypted = 0;
  const keep = <S extends Socket>(socket: S): S => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const serve = async (client: Socket): Promise<void> => {
    const server = keep(connect(upstream.port, upstream.host));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    const greeting = await packet(server);
    // Behind the protocol's version, the server's, ended by a zero, the connection's number and the first part of a scramble.
    const capabilities = greeting.indexOf(0, HEADER + 1) + 1 + 4 + 8 + 1;
    greeting[capabilities + 1]! |= SPEAKS_TLS;
    client.write(greeting);
    await packet(client);
    const secure = keep(new TLSSocket(client, { isServer: true, ...certificate }));
    const answer = await packet(secure);
    encrypted += 1;
    answer[HEADER + 1]! &= ~SPEAKS_TLS;
    server.write(numbered(answer, -1));
    for (;;) {
      const said = await packet(server);
      secure.write(numbered(said, 1));
      if (said[HEADER] === OK || said[HEADER] === REFUSED) break;
      server.write(numbered(await packet(secure), -1));
    }
    secure.pipe(server).pipe(secure);
  };
  const listener = createServer((client) => void serve(keep(client)).catch(() => client.destroy()));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    encrypted: () => encrypted,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The request for TLS is a packet more that one side sees and the other does not. */
function numbered(packet: Buffer, difference: number): Buffer {
  packet[SEQUENCE]! += difference;
  return packet;
}

async function packet(socket: Socket): Promise<Buffer> {
  const head = await bytes(socket, HEADER);
  return Buffer.concat([head, await bytes(socket, head.readUIntLE(0, SEQUENCE))]);
}

async function bytes(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    if (socket.destroyed || socket.readableEnded) throw new Error('it was ended in the middle');
    const read = socket.read(count) as Buffer | null;
    if (read?.length === count) return read;
    await once(socket, 'readable');
  }
}
