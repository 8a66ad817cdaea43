/** Jest knows how long a test file takes only where it ran before: on a new machine the longest must not begin last. */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'faults/kill',
  'e2e/operators',
  'cli/knowledge',
  'cli/knowledge-learning',
  'cli/articles',
  'browser/playground',
  'faults/database',
  'faults/slack-away',
  'cli/tickets',
  'faults/power-cut',
  'sandbox-page/page.browser',
  'migrations',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = LONGEST.findIndex((name) => path.endsWith(`${name}.test.ts`));
      return found < 0 ? LONGEST.length : found;
    };
    return super.sort(tests).sort((a, b) => place(a) - place(b));
  }
};
