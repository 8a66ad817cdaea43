/**
 * The load, in a process of its own. In a closed loop each of 32 connections sends its next delivery as soon as the last is
 * answered; in an open one deliveries come at a fixed rate, as they do from people, whether or not the last is answered.
 */
import { Agent, request } from 'node:http';
import { delivery, message } from './deliveries';
import type { DeliveryKind, SignedRequest, TeamsSender, Turn } from './deliveries';

/** What the parent asks for. */
export type Order = SlackOrder | TeamsOrder;

interface SlackOrder extends Timed {
  readonly kind: DeliveryKind;
  readonly responseUrl: string;
  readonly questions?: readonly string[];
}

interface TeamsOrder extends Timed {
  readonly kind: Turn;
  readonly teams: TeamsSender;
}

interface Timed {
  /** The address that deliveries go to. */
  readonly url: string;
  readonly forMs: number;
  /** An open loop at this rate; a closed one when absent. */
  readonly perSecond?: number;
}

/** What it gets: the time to each acknowledgement (in an open loop since it was due), and how many were none. */
export interface Load {
  readonly timesMs: readonly number[];
  readonly failed: number;
}

export const CONNECTIONS = 32;
let serial = 0;

async function run(order: Order): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.perSecond === undefined ? CONNECTIONS : Infinity });
  const timesMs: number[] = [];
  let failed = 0;
  const deliver = async (began: number): Promise<void> => {
    const { body, headers } = next(order);
    const status = await send(agent, order.url, body, headers);
    timesMs.push(performance.now() - began);
    if (status !== 200) failed += 1;
  };
  await (order.perSecond === undefined ? closed(order.forMs, deliver) : open(order.forMs, order.perSecond, deliver));
  agent.destroy();
  return { timesMs, failed };
}

/** @param deliver sends one delivery that is due at this moment */
async function closed(forMs: number, deliver: (dueAt: number) => Promise<void>): Promise<void> {
  const end = performance.now() + forMs;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) await deliver(performance.now());
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

/** Begins one each time it is due, whether or not the last has come back. @param deliver what is due at this moment */
export async function open(forMs: number, perSecond: number, deliver: (dueAt: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const underWay: Promise<void>[] = [];
  for (let number = 0; number < (forMs / 1000) * perSecond; number += 1) {
    const dueAt = began + (number * 1000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    underWay.push(deliver(dueAt));
  }
  await Promise.all(underWay);
}

function next(order: Order): SignedRequest {
  serial += 1;
  return 'teams' in order
    ? message(order.teams, serial)
    : delivery(order.kind, serial, order.responseUrl, order.questions);
}

function send(agent: Agent, url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
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
