/** Opening a ticket: the form first, then the ticket. */
import { priorityOf } from '../domain/priority';
import type { Reply } from './card';
import { openForm, readOpenForm } from './cards/forms';
import { noticeCard } from './cards/list-cards';
import type { Intent } from './interaction';
import type { Visit } from './visit';

export async function openTicket(intent: Extract<Intent, { kind: 'open' }>, visit: Visit): Promise<Reply> {
  const { helpdesk, interaction, reader } = visit;
  const { say } = reader;
  if (intent.fields === undefined)
    return { kind: 'form', form: openForm(intent, await mayFileForOthers(visit), reader) };
  const read = readOpenForm(intent.fields, reader);
  if (!read.ok) return { kind: 'invalid', errors: read.errors };
  const { impact, urgency, intake, ...fields } = read.value;
  const ticket = await helpdesk.open(
    {
      ...fields,
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

/** Only to draw the form: whoever files for somebody else is checked again when they do. */
async function mayFileForOthers({ helpdesk, interaction }: Visit): Promise<boolean> {
  return helpdesk.roles.isAgent(helpdesk.firstLine(), interaction.from.id).catch(() => false);
}
