/** Changing a ticket: a button's intent becomes a form, a form's fields become a change. */
import type { Article } from '../domain/article';
import { findCategory } from '../domain/category';
import type { PersonId } from '../domain/person';
import { isPriority } from '../domain/priority';
import { Refusal } from '../domain/refusal';
import type { Change, Ticket } from '../domain/ticket';
import type { Helpdesk } from '../helpdesk';
import type { Act } from '../once';
import type { Reply } from './card';
import { changeForm, readWords } from './cards/forms';
import { personIn, personProblem } from './cards/person-fields';
import type { Reader } from './cards/reader';
import type { Visit } from './visit';
import type { ChangeIntent, Fields } from './interaction';
import { opensForm } from './interaction';

export async function changeTicket(intent: ChangeIntent, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  if (opensForm(intent)) return formFor(intent, visit);
  const by: Act = {
    person: interaction.from,
    cause: interaction.id,
    ...(intent.origin === undefined ? {} : { origin: intent.origin }),
    ...(interaction.message === undefined ? {} : { message: interaction.message }),
  };
  const fields = intent.fields ?? {};
  if (intent.kind === 'assign') return assign(intent.ticketId, fields, by, visit);
  const change = changeOf(intent, fields, reader);
  if ('errors' in change) return { kind: 'invalid', errors: change.errors };
  if (change.kind === 'resolve' && change.article !== null) await helpdesk.article(change.article, interaction.from.id);
  await helpdesk.act(intent.ticketId, change, by);
  return { kind: 'none' };
}

async function assign(ticketId: number, fields: Fields, by: Act, { helpdesk, reader }: Visit): Promise<Reply> {
  const to = personIn('to', fields);
  const errors = to === null ? { to: reader.say('form.choose') } : personProblem('to', fields, reader.say);
  if (to === null || Object.keys(errors).length > 0) return { kind: 'invalid', errors };
  await helpdesk.assign(ticketId, to, by);
  return { kind: 'none' };
}

/** The form, unless it is plain already that this person may not send it. */
async function formFor(intent: ChangeIntent, { helpdesk, interaction, reader }: Visit): Promise<Reply> {
  const { ticket, line } = await helpdesk.file(intent.ticketId);
  const mayAsRequester = intent.kind === 'reply' || intent.kind === 'reopen';
  const asRequester = mayAsRequester && (await helpdesk.isRequester(ticket, interaction.from.id));
  if (!asRequester && !(await helpdesk.roles.isAgent(line, interaction.from.id))) {
    throw new Refusal({ code: 'not-an-agent', line: line.name });
  }
  if (intent.kind === 'escalate' && line.escalatesTo === null) throw new Refusal({ code: 'no-next-line' });
  const form = changeForm(
    intent,
    {
      ticket,
      byRequester: asRequester,
      nextLine: line.escalatesTo === null ? '' : helpdesk.line(line.escalatesTo).name,
      articles: intent.kind === 'resolve' ? await articlesFor(ticket, helpdesk, interaction.from.id) : [],
      others: intent.kind === 'assign' ? await helpdesk.elsewhere('assignee', line, interaction.from.id) : [],
    },
    reader,
  );
  return form === null ? { kind: 'none' } : { kind: 'form', form };
}

/**
 * Which articles may have solved it, as far as this agent may read them: those suggested before, those that solved similar
 * tickets, then those that fit its words.
 */
async function articlesFor(ticket: Ticket, helpdesk: Helpdesk, agent: PersonId): Promise<Article[]> {
  const { suggested, requesterLanguage } = await helpdesk.file(ticket.id).then((file) => ({
    suggested: file.suggested,
    requesterLanguage: file.people.get(ticket.requester)?.language ?? helpdesk.setUp.language,
  }));
  const similar = await helpdesk.answers.similarTo(ticket, helpdesk.line(ticket.line));
  const helped = similar.flatMap(({ resolvedWith }) => resolvedWith ?? []);
  const fitting = await helpdesk.suggest(`${ticket.subject}\n${ticket.details}`, requesterLanguage, agent);
  return [
    ...new Map(
      [...suggested, ...helped, ...fitting.map(({ article }) => article)].map((article) => [article.id, article]),
    ).values(),
  ];
}

type Problems = { readonly errors: Readonly<Record<string, string>> };

function changeOf(intent: ChangeIntent, fields: Fields, reader: Reader): Change | Problems {
  switch (intent.kind) {
    case 'claim':
    case 'release':
      return { kind: intent.kind };
    case 'urgent':
      return { kind: 'prioritise', priority: 'P1' };
    case 'withdraw':
      return { kind: 'resolve', text: '', article: null };
    case 'prioritise':
      return isPriority(fields.priority)
        ? { kind: 'prioritise', priority: fields.priority }
        : { errors: { priority: reader.say('form.choose') } };
    case 'categorise':
      return findCategory(reader.categories, fields.category ?? '') !== null
        ? { kind: 'categorise', category: fields.category ?? '' }
        : { errors: { category: reader.say('form.choose') } };
    default:
      return changeInWords(intent, fields, reader);
  }
}

function changeInWords(intent: ChangeIntent, fields: Fields, { say }: Reader): Change | Problems {
  // An emoji has no words to give; a form must have them, except where they are optional.
  const optional = intent.quick === true || intent.kind === 'reopen';
  const read = readWords(fields, optional, say);
  if (!read.ok) return { errors: read.errors };
  const text = read.value;
  switch (intent.kind) {
    case 'escalate':
      return { kind: 'escalate', reason: text };
    case 'resolve':
      return { kind: 'resolve', text, article: fields.article || null };
    case 'reopen':
      return { kind: 'reopen', reason: text };
    case 'reply':
      return { kind: 'comment', visibility: 'public', text };
    case 'note':
      return { kind: 'comment', visibility: 'internal', text };
    case 'wait':
      return { kind: 'wait', text };
    default:
      throw new Refusal({ code: 'stale-button' });
  }
}
