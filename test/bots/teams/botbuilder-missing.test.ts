/** botbuilder cannot be loaded: nothing is lost, and nothing is taken for done. */
import { systemClock } from '../../../src/clock';
import { Connector } from '../../../bots/teams/connector';
import { toDeliveryError } from '../../../bots/teams/teams-errors';
import type { Incoming } from './incoming';
import { startIncoming } from './incoming';

jest.mock('botbuilder', () => {
  throw new Error('EMFILE: too many open files');
});

let rig: Incoming;

afterEach(() => rig.close());

it('a delivery is refused with a status for which Teams repeats it, and the desk hears nothing', async () => {
  rig = await startIncoming({ credentials: false });

  const delivery = await fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rig.teams.person('nora').draft('my vpn drops')),
  });

  expect(delivery.status).toBe(500);
  expect(rig.desk.heard).toEqual([]);
  expect(JSON.stringify(rig.logged)).toContain('EMFILE');
});

it('a post is known not to have arrived, so it is tried again', async () => {
  rig = await startIncoming({ credentials: false });
  const { personalChat } = rig.teams.person('nora');
  const connector = new Connector(null, { clock: systemClock });

  const post = connector.send(rig.teams.serviceUrl, personalChat, { type: 'message', text: 'hello' });
  const error: unknown = await post.catch((thrown: unknown) => thrown);

  expect(toDeliveryError(error, 'post', 'person')).toMatchObject({ problem: 'later', outcome: 'refused' });
  expect(String(error)).toContain('botbuilder cannot be loaded');
});

it('a helpdesk in Teams does not start', async () => {
  rig = await startIncoming({ start: false });

  await expect(rig.bot.start(rig.desk)).rejects.toThrow('EMFILE');
  expect(rig.bot.isConnected()).toBe(false);
});
