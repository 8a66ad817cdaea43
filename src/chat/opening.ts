/** Opening a ticket: the form first, then the ticket. */
import type { Person } from '../domain/person';
import { priorityOf } from '../domain/priority';
import { cleanText, FORM_HOLDS } from '../domain/text';
import type { Reply } from './card';
import { openForm, readOpenForm } from './cards/forms';
import { noticeCard } from './cards/list-cards';
import type { Intent } from './interaction';
import type { Visit } from './visit';

export async function openTicket(intent: Extract<Intent, { kind: 'open' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { say } = reader;
  if (intent.fields === undefined)
    return { kind: 'form', form: openForm(intent, await othersToFileFor(visit), reader) };
  const read = readOpenForm(intent.fields, reader);
  if (!read.ok) return { kind: 'invalid', errors: read.errors };
  const { impact, urgency, intake, ...fields } = read.value;
  const ticket = await helpdesk.open(
    {
      ...fields,
      details: await withTheRest(fields.details, intent, visit),
      impact,
      urgency,
      priority: priorityOf(impact, urgency),
      intake: intake ?? intent.intake,
      inquiryId: intent.inquiryId,
    },
    { person: interaction.from, cause: interaction.id },
  );
  const forOther = !(await helpdesk.isRequester(ticket, interaction.from.id));
  const text = forOther
    ? say('form.open.done.other', { name: (await helpdesk.roles.person(ticket.requester)).name })
    : say('form.open.done.text');
  return { kind: 'card', card: noticeCard(say('form.open.done', { id: ticket.id }), text), replaces: true };
}

/** A form that could not hold all of a question: what is written around its words stays around all of them. */
async function withTheRest(
  details: string,
  { inquiryId, text = '' }: Extract<Intent, { kind: 'open' }>,
  { helpdesk, interaction }: Visit,
): Promise<string> {
  const held = cleanText(text);
  if (inquiryId === null || held.length < FORM_HOLDS || !details.includes(held)) return details;
  const { text: question } = await helpdesk.inquiry(inquiryId, interaction.from);
  return question.startsWith(held) ? details.replace(held, () => question) : details;
}

/**
 * Null for whoever may not file for others; else those of other chats who asked lately. Only to draw the form: who files for
 * somebody else is checked again when they do.
 */
async function othersToFileFor({ helpdesk, interaction }: Visit): Promise<Person[] | null> {
  const line = helpdesk.firstLine();
  const mayFile = await helpdesk.roles.isAgent(line, interaction.from.id).catch(() => false);
  return mayFile ? helpdesk.elsewhere('requester', line, interaction.from.id).catch(() => []) : null;
}
