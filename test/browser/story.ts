/**
 * The story of one ticket, as a visitor plays it in the page: each step clicks and types, and ends when what it leads to can
 * be seen. The tests look closer; the pictures of the README stop on the way.
 */
import type { Window } from './seat';

export const QUESTION = 'my vpn drops every ten minutes';
/** The title of the dialog that says which number a ticket got. */
export const OPENED = /Ticket #\d+ is open/;

/** Nora asks, and gets answers that only she sees. */
export async function ask({ nora }: Window, question = QUESTION): Promise<void> {
  await nora.write(`/helpdesk ${question}`);
  await nora.sees(`You asked: ${question}`);
}

/** She reads one answer in full, and closes it. @returns what it said */
export async function readMore({ nora }: Window): Promise<string> {
  await nora.press(QUESTION, 'Read more');
  const article = nora.dialog('VPN keeps disconnecting');
  await article.getByText('What to do').waitFor();
  const words = await article.innerText();
  await article.getByRole('button', { name: 'Close' }).first().click();
  await article.waitFor({ state: 'detached' });
  return words;
}

/** Closes that dialog. @returns the number, such as `#40` */
export async function closeConfirmation({ nora }: Window): Promise<string> {
  const done = nora.dialog(OPENED);
  await done.waitFor();
  const number = /#\d+/.exec(await done.innerText())?.[0] ?? '';
  await done.getByRole('button', { name: 'Close' }).first().click();
  await done.waitFor({ state: 'detached' });
  return number;
}

/** Nora opens a ticket without asking first, from the shortcuts beside her text box. @returns its number */
export async function openTicketAtOnce(window: Window, fields: Readonly<Record<string, string>>): Promise<string> {
  const { nora, page } = window;
  await nora.pane.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Open a ticket' }).click();
  await nora.fill('Open a ticket', fields, 'Open ticket');
  const number = await closeConfirmation(window);
  await nora.go('helpdesk');
  await nora.sees(number, 'We have your request');
  return number;
}

/** Whoever is the agent writes to Nora, and she answers in the thread of her message. */
export async function talk({ nora, agent }: Window, number: string, question: string, answer: string): Promise<void> {
  await agent.press(number, 'Reply');
  await agent.fill('Reply to requester', { 'Your message': question }, 'Send');
  await nora.sees(question);
  await nora.reply(number, answer);
  await agent.sees(answer);
}

export async function escalate({ agent }: Window, number: string, reason: string): Promise<void> {
  await agent.press(number, 'Escalate');
  await agent.fill('Escalate', { Reason: reason }, 'Escalate');
  await agent.sees(number, 'Moved to Infrastructure');
}
