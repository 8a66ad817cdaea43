/** How soon a signed delivery is acknowledged: the built service against a bare Bolt app, closed loop, in the same run. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { end, measure, startBare, startLoad, startService } from './closed-loop';
import type { Measured } from './closed-loop';
import { DELIVERIES, SIGNING_SECRET } from './deliveries';

const BARE_PORT = 34_711;
const SERVICE_PORT = 34_712;

/** @param databases `DATABASE_URL`s by name */
export async function acknowledgements(databases: ReadonlyMap<string, string>): Promise<Measured[]> {
  const slack = await startSlack();
  const apiUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`;
  const load = startLoad();
  try {
    const bare = await startBare('bare-bolt', { PORT: String(BARE_PORT) });
    const measured = await measureAll('bare Bolt', BARE_PORT, apiUrl, load, []);
    await end(bare);
    const results = [...measured];
    for (const [name, url] of databases) {
      const service = await startService(SERVICE_PORT, url, 'slack:C0SUPPORT', {
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: apiUrl,
      });
      results.push(...(await measureAll(`helpdesk on ${name}`, SERVICE_PORT, apiUrl, load, measured)));
      await service.stop();
    }
    return results;
  } finally {
    await end(load);
    slack.closeAllConnections();
    slack.close();
  }
}

async function measureAll(
  app: string,
  port: number,
  apiUrl: string,
  load: ChildProcess,
  bare: readonly Measured[],
): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const kind of DELIVERIES) {
    const order = { kind, url: `http://127.0.0.1:${port}/slack/events`, responseUrl: `${apiUrl}late` };
    results.push(await measure(load, app, order, bare));
  }
  return results;
}

/** A Slack that says yes to everything. */
async function startSlack(): Promise<Server> {
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
  return server;
}
