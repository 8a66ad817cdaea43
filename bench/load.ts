/** The load, in a process of its own: 16 connections, each sending its next delivery as soon as the last is answered. */
import { Agent, request } from 'node:http';
import { delivery, message } from './deliveries';
import type { DeliveryKind, SignedRequest, TeamsSender, Turn } from './deliveries';

/** What the parent asks for. */
export type Order = SlackOrder | TeamsOrder;

interface SlackOrder extends Timed {
  readonly kind: DeliveryKind;
  readonly responseUrl: string;
}

interface TeamsOrder extends Timed {
  readonly kind: Turn;
  readonly teams: TeamsSender;
}

interface Timed {
  /** The address that deliveries go to. */
  readonly url: string;
  readonly forMs: number;
}

/** What it gets: the time to each acknowledgement, and how many were none. */
export interface Load {
  readonly timesMs: readonly number[];
  readonly failed: number;
}

export const CONNECTIONS = 16;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let serial = 0;

async function run(order: Order): Promise<Load> {
  const end = performance.now() + order.forMs;
  const timesMs: number[] = [];
  let failed = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      const { body, headers } = next(order);
      const began = performance.now();
      const status = await send(order.url, body, headers);
      timesMs.push(performance.now() - began);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { timesMs, failed };
}

function next(order: Order): SignedRequest {
  serial += 1;
  return 'teams' in order ? message(order.teams, serial) : delivery(order.kind, serial, order.responseUrl);
}

function send(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

if (require.main === module) {
  process.on('message', (order: Order) => {
    void run(order).then((load) => process.send?.(load));
  });
}
