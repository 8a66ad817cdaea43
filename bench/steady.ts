/**
 * What people feel: deliveries at a fixed rate, whether or not the last is answered, the time counted since each was due. The
 * built service beside a bare Bolt app in the same run.
 */
import type { ChildProcess } from 'node:child_process';
import type { DeliveryKind } from './deliveries';
import { send } from './closed-loop';
import { quantile, rounded } from './measures';

export interface SteadyRow {
  readonly app: string;
  readonly delivery: DeliveryKind;
  readonly perSecond: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  readonly failed: number;
}

/** @param app its name, and where it listens */
export async function steady(
  load: ChildProcess,
  {
    name,
    ...where
  }: {
    readonly name: string;
    readonly url: string;
    readonly responseUrl: string;
    readonly questions?: readonly string[];
  },
  kind: DeliveryKind,
  perSecond: number,
  seconds: number,
): Promise<SteadyRow> {
  const order = { kind, ...where, perSecond };
  await send(load, { ...order, forMs: 2000 });
  const { timesMs, failed } = await send(load, { ...order, forMs: seconds * 1000 });
  return {
    app: name,
    delivery: kind,
    perSecond,
    seconds,
    p50Ms: rounded(quantile(timesMs, 0.5)),
    p99Ms: rounded(quantile(timesMs, 0.99)),
    worstMs: rounded(Math.max(...timesMs)),
    failed,
  };
}
