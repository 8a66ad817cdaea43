/** Two services on one database and one Slack: what each decides and delivers, the other neither repeats nor forgets. */
import type { SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { healed } from './facts';
import { History } from './history';
import { agents, DESK, pause, requesters, SUPPORT, WORLD, wordsOf } from './office';
import { openTicket } from './rig';

const TICKETS = 100;
const LIMIT_MS = 120_000;
/** Its hour has always come, so both announce it as soon as they start. */
const MANAGED = `${DESK}    managers: ['slack:U0MARK']\n    summary: { at: '00:00', days: daily, timezone: UTC }\n`;

// SQLite is for one process.
const servers = databases().filter(({ name }) => name !== 'SQLite');

(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'two processes on one $name',
  (kind) => {
    let database: TestDatabase;
    let slack: SlackStandIn;
    let services: ServiceProcess[];

    beforeEach(async () => {
      database = await kind.create();
      slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000, 2000] });
      const prepare = (): Promise<ServiceProcess> =>
        ServiceProcess.prepare({ slack, database: database.text, desk: MANAGED });
      services = [await prepare(), await prepare()];
      slack.setRequestUrl(services[0]!.requestUrl);
      // At once: both find an empty database.
      await Promise.all(services.map((service) => service.start()));
    });

    afterEach(async () => {
      for (const service of services) await service.dispose();
      await slack.close();
      await database.drop();
    });

    /** What is done inside is delivered to one of the two. */
    const through = <T>(which: number, deed: () => T): T => {
      slack.setRequestUrl(services[which % services.length]!.requestUrl);
      return deed();
    };

    it(
      'show every ticket once, give it to one of two agents, and announce one summary',
      async () => {
        const [anna, ben] = agents(slack) as [SlackPerson, SlackPerson];
        const people = requesters(slack);
        const history = new History();
        let serial = 0;
        const fill = async (person: SlackPerson): Promise<void> => {
          while (serial < TICKETS) {
            const words = `Request ${(serial += 1)}.`;
            const ticket = await through(serial, () => openTicket(person, words));
            history.note({ who: person.userId, op: 'open', key: words, phase: 'ok', ticket });
          }
        };
        await Promise.all(people.map(fill));
        const cards = await until(async () => {
          const posted = (await anna.messages(SUPPORT)).filter(
            ({ threadTs, ephemeral }) => threadTs === null && !ephemeral,
          );
          return posted.length >= TICKETS ? posted : undefined;
        }, 30_000);

        for (const card of cards) {
          await Promise.all([
            through(0, () => anna.click(card, { label: 'Claim' })),
            through(1, () => ben.click(card, { label: 'Claim' })),
          ]);
          history.note({ who: 'one of two', op: 'claim', key: card.ts, phase: 'ok' });
        }

        const { broken, tickets } = await healed({ history, database, slack }, 30_000);
        expect(broken).toEqual([]);
        expect(tickets).toBe(TICKETS);
        const refused = (await Promise.all([anna, ben].map((agent) => agent.messages(SUPPORT))))
          .flat()
          .filter((message) => message.ephemeral && wordsOf(message).includes('claimed this a moment ago'));
        expect(refused).toHaveLength(TICKETS);
        await pause(1000);
        const mark = slack.person('U0MARK');
        expect(await mark.messages(await mark.directMessageChannel())).toHaveLength(1);
        expect(slack.refusals()).toEqual([]);
      },
      LIMIT_MS,
    );
  },
);
