/** The simplest load balancer: requests by turns to whoever listens; one that nobody has begun to answer goes to the next. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/** @param ports of the processes, whether they run or not */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      turn += 1;
      const order = ports.map((_, index) => ports[(turn + index) % ports.length]!);
      pass(incoming, Buffer.concat(chunks), response, order);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse, ports: readonly number[]): void {
  const [port, ...others] = ports;
  if (port === undefined) return void response.destroy();
  const { method, url: path, headers } = incoming;
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever was not reached has done nothing; a connection that broke may have done it all.
    if (error.code === 'ECONNREFUSED') pass(incoming, body, response, others);
    else response.destroy();
  });
  response.on('close', () => sent.destroy());
  sent.end(body);
}
