/** How soon a signed delivery is acknowledged: the built service beside a bare Bolt app, and beside one that stores, in the same run. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { end, measure, startBare, startLoad, startService } from './closed-loop';
import type { BenchDatabase, Measured } from './closed-loop';
import { DELIVERIES, SIGNING_SECRET } from './deliveries';
import type { DeliveryKind } from './deliveries';
import { steady } from './steady';
import type { SteadyRow } from './steady';
import { sized } from './measures';

// Below those that systems give to outgoing connections: one of these is sometimes taken already.
const BARE_PORT = 14_711;
const SERVICE_PORT = 14_712;
const STORING_PORT = 14_715;
const STEADY_PER_SECOND = 100;
const STEADY_SECONDS = sized(60, 2);

export interface Acknowledgements {
  /** As fast as it goes. */
  readonly closed: readonly Measured[];
  /** As people come. */
  readonly steady: readonly SteadyRow[];
}

export async function acknowledgements(databases: readonly BenchDatabase[]): Promise<Acknowledgements> {
  const slack = await startSlack();
  const load = startLoad();
  const closed: Measured[] = [];
  const steadily: SteadyRow[] = [];
  const comes = (name: string, port: number): Promise<SteadyRow> =>
    steady(load, { name, ...at(port, slack.apiUrl) }, 'ticket', STEADY_PER_SECOND, STEADY_SECONDS);
  try {
    const bare = await startBare('bare-bolt', { PORT: String(BARE_PORT) });
    const measured = await measureAll('bare Bolt', at(BARE_PORT, slack.apiUrl), DELIVERIES, load, []);
    closed.push(...measured);
    steadily.push(await comes('bare Bolt', BARE_PORT));
    await end(bare);
    for (const { name, text } of databases) {
      const service = await startService(SERVICE_PORT, text, 'slack:C0SUPPORT', slack.env);
      const app = `helpdesk on ${name}`;
      closed.push(...(await measureAll(app, at(SERVICE_PORT, slack.apiUrl), DELIVERIES, load, measured)));
      steadily.push(await comes(app, SERVICE_PORT));
      await service.stop();
      const storing = await startBare('storing-bolt', { PORT: String(STORING_PORT), DATABASE_URL: text });
      const peer = `Bolt, rows by the driver, ${name}`;
      closed.push(...(await measureAll(peer, at(STORING_PORT, slack.apiUrl), ['ticket'], load, measured)));
      await end(storing);
    }
    return { closed, steady: steadily };
  } finally {
    await end(load);
    slack.close();
  }
}

function at(port: number, apiUrl: string): { url: string; responseUrl: string } {
  return { url: `http://127.0.0.1:${port}/slack/events`, responseUrl: `${apiUrl}late` };
}

async function measureAll(
  app: string,
  where: { readonly url: string; readonly responseUrl: string },
  kinds: readonly DeliveryKind[],
  load: ChildProcess,
  bare: readonly Measured[],
): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const kind of kinds) results.push(await measure(load, app, { kind, ...where }, bare));
  return results;
}

export interface Slack {
  readonly apiUrl: string;
  /** What the service needs to know of it. */
  readonly env: NodeJS.ProcessEnv;
  close(): void;
}

/** A Slack that says yes to everything. */
export async function startSlack(): Promise<Slack> {
  let serial = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      serial += 1;
      const answer = {
        ok: true,
        user_id: 'U0HELPDESK',
        bot_id: 'B0HELPDESK',
        members: ['U0ANNA'],
        user: { id: 'U0', name: 'somebody', real_name: 'Some Body', locale: 'en-US', profile: {} },
        view: { id: `V${serial}` },
        channel: { id: 'D0DIRECT' },
        ts: `${1_790_000_000 + serial}.000100`,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return {
    apiUrl,
    env: { SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_API_URL: apiUrl },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
