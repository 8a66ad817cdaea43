/** Two services on one database, one for Slack's deliveries, one for those of Teams: claims from both chats at the same time. */
import type { SlackMessage, SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { TeamsClient, TeamsMessage, TeamsStandIn } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import { agents, requesters, SUPPORT, WORLD, wordsOf as inSlack } from '../faults/office';
import { openTicket } from '../faults/rig';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { APP, shows, TEAMS_WORLD, TENANT, wordsOf } from './teams-desk';

const ROUNDS = 100;
const LIMIT_MS = 120_000;
const PATIENCE_MS = 40_000;

// SQLite is for one process.
const servers = databases().filter(({ name }) => name !== 'SQLite');

(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'claims from two chats on one $name',
  (kind) => {
    let database: TestDatabase;
    let slack: SlackStandIn;
    let teams: TeamsStandIn;
    let services: ServiceProcess[];
    let anna: SlackPerson;
    let tess: TeamsClient;

    beforeAll(async () => {
      database = await kind.create();
      slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000, 2000] });
      teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD });
      const channels = [`slack:${SUPPORT}`, `teams:${teams.placeId('it-support')}`];
      const line = { key: 'it', name: 'IT Service Desk', channels, agents: 'channel-members' };
      const desk = JSON.stringify({ language: 'en', lines: [line] });
      const prepare = (): Promise<ServiceProcess> =>
        ServiceProcess.prepare({ slack, database: database.text, desk, env: teams.env });
      services = [await prepare(), await prepare()];
      await Promise.all(services.map((service) => service.start()));
      slack.setRequestUrl(services[0]!.requestUrl);
      teams.botUrl = services[1]!.botUrl;
      // By this the helpdesk knows where Teams is.
      await teams.team('IT').installs('tess');
      [anna] = agents(slack) as [SlackPerson];
      tess = teams.person('tess');
    }, LIMIT_MS);

    afterAll(async () => {
      for (const service of services) await service.dispose();
      await teams.stop();
      await slack.close();
      await database.drop();
    });

    const inTeams = (): TeamsMessage[] =>
      teams.messages(teams.placeId('it-support')).filter(({ fromBot, seenBy }) => fromBot && seenBy === null);
    const slackCards = async (): Promise<SlackMessage[]> =>
      (await anna.messages(SUPPORT)).filter(({ threadTs, ephemeral }) => threadTs === null && !ephemeral);
    const subjectOf = (words: string): string => /Request \d+\./.exec(words)?.[0] ?? '';
    const bySubject = <T>(list: readonly T[], words: (each: T) => string): Map<string, T> =>
      new Map(list.map((each): [string, T] => [subjectOf(words(each)), each]).filter(([subject]) => subject !== ''));

    it(
      `of ${ROUNDS} exactly one wins each, the other is told who, and every card is right in both chats`,
      async () => {
        let serial = 0;
        const fill = async (person: SlackPerson): Promise<void> => {
          while (serial < ROUNDS) await openTicket(person, `Request ${(serial += 1)}.`);
        };
        await Promise.all(requesters(slack).map(fill));
        const subjects = Array.from({ length: ROUNDS }, (_, at) => `Request ${at + 1}.`);
        const cards = await until(async () => {
          const [there, here] = [bySubject(await slackCards(), inSlack), bySubject(inTeams(), wordsOf)];
          return there.size === ROUNDS && here.size === ROUNDS ? { there, here } : undefined;
        }, PATIENCE_MS);

        for (const subject of subjects)
          await Promise.all([
            anna.click(cards.there.get(subject)!, { label: 'Claim' }),
            tess.clicks(cards.here.get(subject)!, 'Claim'),
          ]);

        /** What is not as it should be. */
        const wrong = async (): Promise<string[]> => {
          const [there, here] = [bySubject(await slackCards(), inSlack), bySubject(inTeams(), wordsOf)];
          return subjects.flatMap((subject) => {
            const [slackWords, teamsWords] = [inSlack(there.get(subject)!), wordsOf(here.get(subject)!)];
            const byAnna = [slackWords.includes('<@U0ANNA>'), teamsWords.includes('Anna')];
            const byTess = [slackWords.includes('Tess Brown'), teamsWords.includes('Tess Brown')];
            const once = byAnna.every((each) => each) !== byTess.every((each) => each);
            const same = byAnna[0] === byAnna[1] && byTess[0] === byTess[1];
            return once && same ? [] : [`${subject} Anna: ${byAnna.join()}, Tess: ${byTess.join()}`];
          });
        };
        await until(async () => ((await wrong()).length === 0 ? true : undefined), PATIENCE_MS).catch(() => undefined);
        expect(await wrong()).toEqual([]);
        const told = await until(async () => {
          const annas = (await anna.messages(SUPPORT)).filter(
            (message) => message.ephemeral && inSlack(message).includes('Tess Brown claimed this a moment ago'),
          );
          const tesss = tess
            .messages('it-support')
            .filter(({ seenBy }) => seenBy?.includes('tess') === true)
            .filter((message) => shows(message, 'Anna claimed this a moment ago'));
          return annas.length + tesss.length >= ROUNDS ? [annas.length, tesss.length] : undefined;
        });
        const winners = [...bySubject(inTeams(), wordsOf).values()].filter((card) => shows(card, 'Tess Brown')).length;
        expect(told).toEqual([winners, ROUNDS - winners]);
        expect((await slackCards()).filter((card) => subjectOf(inSlack(card)) !== '')).toHaveLength(ROUNDS);
        expect(inTeams().filter((card) => subjectOf(wordsOf(card)) !== '')).toHaveLength(ROUNDS);
        expect([...teams.refusals, ...slack.refusals()]).toEqual([]);
      },
      LIMIT_MS,
    );
  },
);
