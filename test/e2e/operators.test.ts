/**
 * What an operator sees of the built service: figures, log lines that lead from a click to its card without anybody's words,
 * traces at an OpenTelemetry collector, and a stop that ends in time.
 */
// ASVS 5.0 v5.0.0-16.2.1 (what a line has), v5.0.0-16.2.5 (what it has not)
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { agents, DESK, requesters, SUPPORT, WORLD } from '../faults/office';
import { openTicket } from '../faults/rig';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

interface Line {
  readonly msg: string;
  readonly interaction?: string;
  readonly intent?: string;
  readonly place?: string;
  readonly outcome?: string;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly name: string;
}

const WORDS = ['Unmistakable subject', 'Private details', 'Confidential reply', 'Secret note'];

describe.each(databases())('an operator of the built service, on $name', ({ create }) => {
  let database: TestDatabase;
  let slack: SlackStandIn;
  let service: ServiceProcess;
  let collector: Server;
  let spans: OtlpSpan[];
  let ada: SlackPerson;
  let anna: SlackPerson;

  beforeEach(async () => {
    database = await create();
    slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000] });
    spans = [];
    collector = createServer((request: IncomingMessage, response) => {
      void json(request).then((body) => {
        for (const resource of (body as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] }).resourceSpans)
          spans.push(...resource.scopeSpans.flatMap((scope) => scope.spans));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    ada = requesters(slack)[0]!;
    anna = agents(slack)[0]!;
  });

  afterEach(async () => {
    await service.dispose();
    await slack.close();
    await new Promise((resolve) => collector.close(resolve));
    await database.drop();
  });

  const begin = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
    service = await ServiceProcess.prepare({ slack, database: database.text, desk: DESK, env });
    slack.setRequestUrl(service.requestUrl);
    await service.start();
  };
  const lines = (): Line[] =>
    service.log.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
  const card = () =>
    until(async () => (await anna.messages(SUPPORT)).find(({ fromBot, threadTs }) => fromBot && threadTs === null));
  const figures = async (): Promise<Map<string, number>> => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };

  /** Somebody asks for help with words of all kinds; an agent claims it, answers, and notes something. */
  const work = async (): Promise<void> => {
    await openTicket(ada, WORDS[0]!);
    const message = await card();
    await anna.click(message, { label: 'Claim' });
    await anna.say(SUPPORT, WORDS[2]!, message.ts);
    await anna.say(SUPPORT, `note: ${WORDS[3]!}`, message.ts);
    await ada.say(await ada.directMessageChannel(), WORDS[1]!);
    // The second claim is refused.
    await agents(slack)[1]!.react(message, 'eyes');
    await until(async () => {
      const waiting = (await figures()).get('helpdesk_outbox_waiting');
      return waiting === 0 ? true : undefined;
    });
  };

  it('reads from /metrics what was accepted, repeated, refused and delivered, and how fast', async () => {
    await begin();
    await fetch(service.requestUrl, { method: 'POST', body: 'command=%2Fhelpdesk' });
    await work();

    const of = await figures();

    expect(of.get('helpdesk_interactions_accepted_total')).toBeGreaterThanOrEqual(4);
    expect(of.get('helpdesk_interactions_duplicate_total')).toBeGreaterThanOrEqual(0);
    expect(of.get('helpdesk_refused_total{reason="already-claimed"}')).toBe(1);
    expect(of.get('helpdesk_refused_total{reason="http-401"}')).toBe(1);
    expect(of.get('helpdesk_deliveries_total{chat="slack",outcome="delivered"}')).toBeGreaterThanOrEqual(3);
    expect(of.get('helpdesk_acknowledgement_seconds_count{chat="slack"}')).toBeGreaterThanOrEqual(4);
    expect(of.get('helpdesk_database_seconds_count{work="write"}')).toBeGreaterThan(4);
    expect(of.get('helpdesk_outbox_oldest_age_seconds')).toBe(0);
    expect(of.get('helpdesk_tickets_active{status="claimed"}')).toBe(1);
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'process_uptime_seconds'])
      expect(of.get(name)).toBeGreaterThanOrEqual(0);
  });

  it('finds every line of one interaction by its id, and nobody’s words, names or addresses in any line', async () => {
    await begin();
    // A place that fails makes lines of its own.
    const end = slack.fault({ method: 'chat.postMessage', channel: SUPPORT, times: 1, kind: { status: 500 } });
    await work();
    end();

    const opened = lines().find(
      ({ msg, intent, outcome }) => msg === 'handled' && intent === 'open' && outcome === 'done',
    );
    const delivered = lines().filter(
      ({ msg, interaction }) => msg === 'delivered' && interaction === lastOpening(lines()),
    );
    expect(opened?.interaction).toBeDefined();
    expect(delivered.map(({ place }) => place)).toContain(`slack:${SUPPORT}`);
    expect(lines().some(({ msg, outcome }) => msg === 'handled' && outcome === 'refused: already-claimed')).toBe(true);
    const log = service.log.join('\n');
    for (const word of [
      ...WORDS,
      ...WORLD.users.flatMap(({ realName, email }) => [email, `"${realName}`, ` ${realName} `]),
    ])
      expect(log).not.toContain(word);
    expect(log).not.toContain(slack.botToken);
    expect(log).not.toContain(slack.signingSecret);
  });

  it('sees the age of the oldest announcement that is due, and each failed attempt', async () => {
    await begin();
    slack.fault({ method: 'chat.postMessage', channel: SUPPORT, kind: { status: 500 } });
    await openTicket(ada, WORDS[0]!);

    await until(async () => {
      const of = await figures();
      const failed = of.get('helpdesk_deliveries_total{chat="slack",outcome="postponed"}') ?? 0;
      return failed >= 1 && of.get('helpdesk_outbox_waiting') === 1 ? true : undefined;
    });
    await until(async () =>
      ((await figures()).get('helpdesk_outbox_oldest_age_seconds') ?? 0) > 0 ? true : undefined,
    );
  });

  it('finds one trace from the click to the card at the collector, without anybody’s words', async () => {
    const { port } = collector.address() as AddressInfo;
    await begin({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/` });
    await openTicket(ada, WORDS[0]!);

    const trace = await until(() => {
      const byTrace = new Map<string, string[]>();
      for (const { traceId, name } of spans) byTrace.set(traceId, [...(byTrace.get(traceId) ?? []), name]);
      const whole = [...byTrace.values()].find(
        (names) => names.includes('interaction open') && names.includes('delivery show-ticket'),
      );
      return Promise.resolve(whole);
    });

    expect(trace.filter((name) => name === 'delivery show-ticket')).toHaveLength(2);
    expect(JSON.stringify(spans)).not.toContain(WORDS[0]);
    expect(JSON.stringify(spans)).not.toContain('example.com');
  });

  it('stops within ten seconds while a chat hangs, and the next start delivers what was cut off, once', async () => {
    await begin();
    const end = slack.fault({ method: 'chat.postMessage', kind: { hang: true } });
    await openTicket(ada, WORDS[0]!);
    await until(() => Promise.resolve(slack.calls('chat.postMessage').length > 0 ? true : undefined));
    const began = Date.now();

    expect(await service.end('SIGTERM')).toBe(0);

    expect(Date.now() - began).toBeLessThan(10_000);
    end();
    await service.start();
    await until(async () => ((await figures()).get('helpdesk_outbox_waiting') === 0 ? true : undefined), 60_000);
    const cards = (await anna.messages(SUPPORT)).filter(({ fromBot, threadTs }) => fromBot && threadTs === null);
    expect(cards).toHaveLength(1);
  }, 90_000);
});

/** The interaction that opened the ticket: the last form that was sent and done. */
function lastOpening(all: readonly Line[]): string | undefined {
  const opening = all.filter(
    ({ msg, intent, outcome }) => msg === 'handled' && intent === 'open' && outcome === 'done',
  );
  return opening.at(-1)?.interaction;
}
