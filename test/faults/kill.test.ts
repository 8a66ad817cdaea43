/**
 * The built service is killed at random moments while people work, again and again. Afterwards nothing that anybody was
 * told is missing, nothing is there twice, and everything that was to be shown is shown.
 */
// ASVS 5.0 v5.0.0-2.3.3 (all or nothing)
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { chance } from '../support/chance';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import type { Scene } from './facts';
import { audit, healed } from './facts';
import { History, outcomesOf } from './history';
import { DESK, Office, pause, WORLD } from './office';

const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1e9);
/** A short form of `npm run soak`, where it is a thousand: one start takes half a second, and on a busy machine two. */
const KILLS = process.env.FAULTS === 'long' ? 50 : 10;
const LIMIT_MS = 240_000;
/** A row that a killed process had on its lease is taken up half a minute later. */
const HEALING_MS = 50_000;
/** Slack's own three attempts span six minutes; where every minute has fifty kills there must be more of them. */
const RETRY_DELAYS_MS = [100, 500, 1000, ...new Array<number>(60).fill(2000)];

const print = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

describe.each(databases())('killed while people work, on $name', (kind) => {
  const { name } = kind;
  let database: TestDatabase;
  let slack: SlackStandIn;
  let service: ServiceProcess;
  let office: Office;

  beforeEach(async () => {
    database = await kind.create();
    slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: RETRY_DELAYS_MS });
    service = await ServiceProcess.prepare({ slack, database: database.text, desk: DESK });
    slack.setRequestUrl(service.requestUrl);
    office = new Office(slack, chance(SEED), new History());
    await service.start();
  });

  afterEach(async () => {
    await service.dispose();
    await slack.close();
    await database.drop();
  });

  const scene = (): Scene => ({ history: office.history, database, slack });

  it(
    'loses nothing it acknowledged and shows nothing twice',
    async () => {
      const random = chance(SEED + 1);
      const began = Date.now();
      print(`${name}: ${KILLS} kills, TEST_SEED=${SEED}`);
      office.begin();
      for (let kill = 1; kill <= KILLS; kill += 1) {
        // Now and then in the middle of a start.
        if (kill % 8 === 0) service.launch();
        else await service.start();
        await pause(random.between(20, 600));
        await service.end('SIGKILL');
      }
      await service.start();
      await office.close();
      await healed(scene(), HEALING_MS);
      expect(await service.end('SIGTERM')).toBe(0);
      const { broken, violations: _violations, ...counts } = await audit(scene());

      const deeds = outcomesOf(office.history.entries);
      const unanswered = deeds.filter(({ deed, phase }) => deed !== 'say' && phase !== 'ok').length;
      const seconds = Math.round((Date.now() - began) / 1000);
      print(`${name}: ${JSON.stringify({ kills: KILLS, deeds: deeds.length, unanswered, ...counts, seconds })}`);
      expect(broken).toEqual([]);
      expect(counts.tickets).toBeGreaterThan(KILLS / 2);
      expect(slack.refusals()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'ends in order within ten seconds when asked to, whatever is under way',
    async () => {
      office.begin();
      await until(() => Promise.resolve(outcomesOf(office.history.entries).length > 40 ? true : undefined));
      const began = Date.now();
      expect(await service.end('SIGTERM')).toBe(0);
      const took = Date.now() - began;
      await service.start();
      await office.close();

      expect(took).toBeLessThan(10_000);
      expect((await healed(scene(), HEALING_MS)).broken).toEqual([]);
    },
    LIMIT_MS,
  );
});
