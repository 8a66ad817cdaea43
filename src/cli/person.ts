/** `helpdesk erase` and `helpdesk export-person`: what a person may ask of whoever keeps their words. */
import type { Config } from '../config';
import { systemClock } from '../clock';
import type { PersonId } from '../domain/person';
import { Erasure } from '../erasure';
import type { PersonErasure } from '../erasure';
import { exportPerson as documentOf } from '../export-person';
import type { Store } from '../store/store';
import { agreed } from './outbox';
import { print, printJson, UsageError, withStore } from './verb';
import type { Verb } from './verb';

const PERSON =
  'PERSON is an id such as slack:U0123ABCD, or an e-mail address; other ids they said are theirs are included.';

export const erase: Verb = {
  usage: 'erase PERSON [--dry-run] [--yes] [--json]',
  about: 'Forgets a person: words, names, e-mail and ids, everywhere; the numbers stay. There is no way back.',
  details: `${PERSON}\n--dry-run   only says what would be erased\n--yes       without asking\n--json      the report as JSON`,
  words: 1,
  options: { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (values, [name]) => {
    const person = named(name);
    return withStore(async (store, config) => {
      const erasure = erasureOf(store, config);
      const ids = await erasure.idsOf(person);
      const dryRun = values['dry-run'] === true;
      if (!dryRun && values.yes !== true && !(await agreed(`Erase ${ids.join(', ')} for ever? (yes/no) `)))
        throw new Error('nothing was erased; answer yes, or give --yes');
      const report = { dryRun, ...(await erasure.person(ids, dryRun)), configuration: namedIn(config, ids) };
      if (values.json === true) printJson(report);
      else tell(report);
      return 0;
    });
  },
};

export const exportPerson: Verb = {
  usage: 'export-person PERSON',
  about: 'Writes everything that is kept about a person, as one JSON document.',
  details: PERSON,
  words: 1,
  options: {},
  run: async (_values, [name]) => {
    const person = named(name);
    return withStore(async (store, config) => {
      printJson(await documentOf(store, await erasureOf(store, config).idsOf(person)));
      return 0;
    });
  },
};

function named(name: string | undefined): string {
  if (name === undefined || name.trim() === '')
    throw new UsageError('name a person, such as slack:U0123ABCD or anna@example.com');
  return name.trim();
}

function erasureOf(store: Store, { desk }: Config): Erasure {
  return new Erasure({ store, lines: desk?.lines ?? [], clock: systemClock });
}

/** Where helpdesk.yaml names them: that is for the operator to change. */
function namedIn({ desk }: Config, ids: readonly PersonId[]): string[] {
  return (desk?.lines ?? []).flatMap(({ key, agents, managers }) => [
    ...(agents !== 'channel-members' && agents.some((id) => ids.includes(id)) ? [`agents of line ${key}`] : []),
    ...(managers.some((id) => ids.includes(id)) ? [`managers of line ${key}`] : []),
  ]);
}

function tell(report: PersonErasure & { readonly dryRun: boolean; readonly configuration: readonly string[] }): void {
  const { dryRun, ids, pseudonym, tickets, events, questions, drafts, messages, beyondReach, traces, mentions } =
    report;
  print(
    dryRun
      ? `Would be erased of ${ids.join(', ')}:`
      : `Erased; where a number needs somebody, they are ${pseudonym} now:`,
  );
  print(`  ${tickets} tickets, ${events} events, ${questions} questions, ${drafts} drafts of articles`);
  print(
    `  ${traces.people} names, ${traces.identityLinks} links, ${traces.places} places, ${traces.interactions} interactions`,
  );
  print(
    `  ${messages} messages, redrawn by the running helpdesk; then the places of ${traces.ticketMessages} are forgotten`,
  );
  if (beyondReach > 0) print(`Out of reach: ${beyondReach} e-mails that were sent.`);
  for (const { ticketId, version } of mentions)
    print(`Look at: event ${version} of #${ticketId}, where somebody else may have written their name.`);
  for (const place of report.configuration) print(`helpdesk.yaml still names them among the ${place}.`);
  print('Backups and logs still have what they had: they go when their time is over.');
}
