/** Every fault that is tested, what must be true then, and the tests that say so: `npm run faults` runs them and prints the table. */
export interface FaultCase {
  readonly id: string;
  readonly fault: string;
  readonly criterion: string;
  /** File below `test/`, and words of the names of its tests. */
  readonly tests: readonly (readonly [file: string, words: string])[];
}

const one = (id: string, fault: string, criterion: string, ...tests: FaultCase['tests']): FaultCase => ({
  ...{ id, fault, criterion, tests },
});

const KILL = 'faults/kill.test.ts';
const DATABASE = 'faults/database.test.ts';
const AWAY = 'faults/slack-away.test.ts';
const OUTAGE = 'faults/outage.test.ts';
const HTTP = 'bots/slack/slack-http.test.ts';
const REQUEST = 'e2e/bad-request.test.ts';
const INPUT = 'e2e/bad-input.test.ts';
const GATE = 'bots/teams/gate.test.ts';
const SUMMARIES = 'summaries.test.ts';
const FULL = 'delivery/full-outbox.test.ts';
const LEASE = 'delivery/lease.test.ts';

export const FAULTS: readonly FaultCase[] = [
  one('F1', 'kill -9 between commit and post', 'no ticket without its post, none lost, none posted twice', [
    KILL,
    'loses nothing it acknowledged',
  ]),
  one(
    'F2',
    'one delivery five times at once, two processes',
    'one ticket, the same answer each time',
    [OUTAGE, 'handle each of 40 forms once'],
    ['helpdesk.test.ts', 'delivered three times at once'],
  ),
  one(
    'F3',
    'the first of several equal deliveries is rolled back',
    'one ticket for each key',
    [KILL, 'loses nothing it acknowledged'],
    [DATABASE, 'when it breaks just as something is stored'],
  ),
  one(
    'F4',
    'two agents claim at once on two processes',
    'one wins, the other is told who',
    ['faults/two-processes.test.ts', 'give it to one of two agents'],
    ['helpdesk.test.ts', 'ten times at once has one winner'],
  ),
  one(
    'F5',
    'Slack answers 429 to every post',
    'nothing lost, one call in each window, other places go on',
    [AWAY, 'over its rate limit'],
    [FULL, 'leaves a channel alone'],
  ),
  one(
    'F6',
    'Slack breaks, resets or hangs after it took the post',
    'looked for before it is posted again',
    [AWAY, 'took without saying so'],
    [AWAY, 'a channel that hangs'],
    [AWAY, 'a broken Slack'],
  ),
  one(
    'F7',
    'the database is ended under load and comes back',
    'nothing acknowledged is lost, people are told at once',
    [DATABASE, 'when cut, everybody is told'],
    [DATABASE, 'when it breaks just as something is stored'],
  ),
  one(
    'F8',
    'the database hangs',
    'every answer within 2.5 s, done once when it is back',
    [DATABASE, 'makes a person wait with a word'],
    [DATABASE, 'when silent'],
  ),
  one(
    'F9',
    'the wire to the database is cut, or forgets connections',
    '/readyz 503, /healthz 200, recovers alone',
    [DATABASE, 'when cut, everybody is told'],
    [DATABASE, 'has forgotten every connection'],
  ),
  one(
    'F10',
    'clocks: six minutes off, set back while leases are held',
    'old and future requests refused; no lease for ever; time never goes back',
    [HTTP, 'a request four minutes old'],
    [LEASE, 'by a clock far ahead'],
    ['store-clock.test.ts', 'never goes back'],
    [SUMMARIES, 'once when the clock is set back'],
  ),
  one(
    'F11',
    'deleted channel, missing scope, bot removed',
    'kept and told of, or given up with the reason; no endless calls',
    [AWAY, 'a channel that is not there'],
    ['delivery/courier.test.ts', 'gives up what can never be delivered'],
  ),
  one(
    'F12',
    '10,000 characters, NUL, lone surrogates, mentions, mark-up',
    'stored and shown as typed, nobody rung',
    [INPUT, 'is answered privately in time'],
    [INPUT, 'hostile words'],
    [INPUT, 'rings anybody'],
  ),
  one(
    'F13',
    'forged, short or missing signature',
    '401, nothing stored',
    [HTTP, 'a request without'],
    [REQUEST, 'is refused'],
  ),
  one(
    'F14',
    'replayed requests',
    'outside five minutes refused; inside answered as the first time',
    [REQUEST, 'a form that comes twice'],
    [REQUEST, 'a click that comes twice'],
  ),
  one('F15', 'oversized bodies', 'refused, the next request is answered', [HTTP, 'a body over 256 KB']),
  one(
    'F16',
    'malformed JSON, empty bodies, unknown commands',
    '400 at once',
    [HTTP, 'the malformed body'],
    [REQUEST, 'is refused at once'],
  ),
  one('F17', 'Teams tokens of every wrong kind', 'refused, nothing stored', [
    GATE,
    'what is refused leaves every table',
  ]),
  one('F18', 'a Teams activity without its parts', '400', [GATE, 'bytes that are no text']),
  one(
    'F19',
    'the database is away when an event arrives',
    'Slack delivers it again; stored once',
    ['bots/slack/slack-trouble.test.ts', 'makes Slack bring an event again'],
    [KILL, 'loses nothing it acknowledged'],
  ),
  one(
    'F20',
    'a full disk under SQLite',
    'refused cleanly, goes on by itself, nothing acknowledged is lost',
    [OUTAGE, 'that is full refuses'],
    ['faults/disk.test.ts', 'after the disk was full'],
  ),
  one('F21', 'kill -9 under write load', 'nothing acknowledged lost or torn', [KILL, 'loses nothing it acknowledged']),
  one(
    'F22',
    'the power fails: what was written but not synced is gone',
    'nothing acknowledged lost, the file sound',
    ['faults/power-cut.test.ts', 'keeps what was synced'],
    ['faults/power-cut.test.ts', 'loses nothing that the helpdesk acknowledged'],
  ),
  one(
    'F23',
    'concurrent transactions on SQLite',
    'none lost, none half',
    ['helpdesk.test.ts', 'delivered three times at once'],
    ['helpdesk.test.ts', 'folds into the ticket'],
  ),
  one(
    'F24',
    'a migration cut short; several processes migrate at once',
    'runs once, goes on where it stopped',
    ['migrations.test.ts', 'go on where an earlier run was cut short'],
    ['migrations.test.ts', 'run once when several processes'],
  ),
  one(
    'F25',
    'down, blocked or doubled at the hour of the summary',
    'once for each manager and date',
    [SUMMARIES, 'late, when the helpdesk was down'],
    [SUMMARIES, 'once when several processes'],
    ['schedule.test.ts', 'after the process was blocked'],
  ),
  one(
    'F26',
    'the days the clocks change',
    'the hour comes once',
    [SUMMARIES, 'once to each manager'],
    ['domain/working-days.test.ts', 'begins at the first of two midnights'],
  ),
  one('F27', 'two services on one SQLite file', 'the second is refused', [
    OUTAGE,
    'a second service on one SQLite file',
  ]),
  one(
    'O1',
    'a process stands still for longer than its lease',
    'another takes over; it repeats nothing when it goes on',
    [OUTAGE, 'stands still for longer'],
    [LEASE, 'while its courier stood still'],
    [LEASE, 'redrew a card'],
  ),
  one('O2', '100,000 rows wait', 'a new ticket elsewhere is shown at once', [
    FULL,
    'rows for a channel that is left alone',
  ]),
  one('O3', 'a ticket that cannot be drawn', 'given up with the reason, the others flow', [
    FULL,
    'gives up a ticket that cannot be drawn',
  ]),
  one('O4', 'a channel is rate-limited for an hour', 'called once in it, the others flow', [
    FULL,
    'leaves a channel alone',
  ]),
  one(
    'O5',
    'a read-only disk under SQLite, at the start and while it runs',
    'the start says so, people are told, nothing is lost',
    [OUTAGE, 'that may not be written'],
    ['faults/power-cut.test.ts', 'that fails under the running helpdesk'],
  ),
  one(
    'O6',
    'old and new release on one database',
    'both work; what was taken away is refused',
    ['migrations.test.ts', 'go on serving this version'],
    ['migrations.test.ts', 'refuse a database from which'],
  ),
  one(
    'O7',
    'a Teams post whose outcome is unknown',
    'not posted again; updates are repeated',
    ['bots/teams/teams-surface.test.ts', 'does not repeat a post'],
    ['bots/teams/teams-surface.test.ts', 'may be repeated after a cut'],
  ),
  one(
    'O8',
    'the database goes away after something was stored, or while it is shown',
    'nobody is told that nothing was changed; no card is given up',
    ['chat/front-desk.test.ts', 'whose request is stored is not told that nothing was'],
    [FULL, 'gives up nothing because the database was away'],
  ),
  one(
    'O9',
    'words in Teams that can be neither stored nor answered in time',
    'answered in 2.5 s all the same, and delivered again',
    ['bots/teams/teams-bot.test.ts', 'for a slow database, is excused in time'],
    ['bots/teams/teams-bot.test.ts', 'Teams delivers again what nobody was told of'],
  ),
];
