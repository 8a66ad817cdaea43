/** `helpdesk summary`. */
import { cardText } from '../chat/card-text';
import { summaryCard } from '../chat/cards/summary-card';
import { sayIn } from '../chat/words';
import { systemClock } from '../clock';
import { ConfigError } from '../config';
import type { SupportLine } from '../domain/support-line';
import { isLocalDate } from '../domain/working-days';
import { Summaries } from '../summaries';
import { print, printJson, textOf, UsageError, withStore } from './verb';
import type { Values, Verb } from './verb';

export const summary: Verb = {
  usage: 'summary [--line KEY] [--date YYYY-MM-DD]',
  about: "The manager's daily summary.",
  details:
    '--line KEY   one support line (every one)\n--date       the local day it tells of (the last working day)\n--json       as JSON\n--send       deliver it now to the managers, by the running service',
  options: { line: { type: 'string' }, date: { type: 'string' }, json: { type: 'boolean' }, send: { type: 'boolean' } },
  run: (values) =>
    withStore(async (store, config) => {
      if (config.desk === null)
        throw new ConfigError(['helpdesk.yaml is missing: there is no support line to summarise']);
      const { language } = config.desk;
      const lines = linesOf(values, config.desk.lines);
      const summaries = new Summaries({
        store,
        lines: config.desk.lines,
        clock: systemClock,
        staleAfterDays: config.desk.articles.staleAfterDays,
        onAnnounced: () => undefined,
      });
      const told = await Promise.all(
        lines.map((line) => summaries.of(line.key, dayOf(values) ?? summaries.lastWorkingDay(line.key))),
      );
      if (values.json === true) printJson(told);
      else for (const each of told) print(`${cardText(summaryCard(each, sayIn(language), language))}\n`);
      if (values.send === true) {
        for (const line of lines)
          await summaries.sendNow(line.key, dayOf(values) ?? summaries.lastWorkingDay(line.key));
      }
      return 0;
    }),
};

function linesOf(values: Values, lines: readonly SupportLine[]): readonly SupportLine[] {
  const key = textOf(values, 'line');
  if (key === undefined) return lines;
  const found = lines.filter((line) => line.key === key);
  if (found.length === 0)
    throw new UsageError(`there is no line "${key}"; use ${lines.map((line) => line.key).join(', ')}`);
  return found;
}

function dayOf(values: Values): string | undefined {
  const date = textOf(values, 'date');
  if (date !== undefined && !isLocalDate(date)) throw new UsageError('--date takes a day such as 2026-11-23');
  return date;
}
