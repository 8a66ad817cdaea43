/** The least a Slack app can be: Bolt that acknowledges, and does nothing else. What the helpdesk is measured against. */
import { App } from '@slack/bolt';
import { SIGNING_SECRET } from './deliveries';

if (require.main === module) {
  const app = new App({
    signingSecret: SIGNING_SECRET,
    authorize: () => Promise.resolve({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
  });
  app.command(/.*/, ({ ack }) => ack());
  app.view(/.*/, ({ ack }) => ack());
  void app.start(Number(process.env.PORT)).then(() => process.send?.('ready'));
}
