/**
 * The product as a stranger meets it: the built sandbox in a process of its own, and a real browser in which three people
 * click and type. Set BROWSER_PICTURES to a folder to keep a picture of every step.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { built } from '../support/built';
import type { BuiltSandbox } from '../support/built-sandbox';
import { startBuiltSandbox } from '../support/built-sandbox';
import { until } from '../support/until';
import { Window } from './seat';
import { ask, closeConfirmation, escalate, OPENED, openTicketAtOnce, QUESTION, readMore, talk } from './story';

const PICTURES = process.env.BROWSER_PICTURES ?? '';
const SMELL = 'my laptop smells burnt <!channel>';

describeInBrowser('the story in a browser', () => {
  let sandbox: BuiltSandbox;
  let browser: Browser;
  let window: Window;
  /** Ben at a computer of his own. */
  let second: Window;
  let number = '';
  let pictures = 0;

  beforeAll(async () => {
    await built();
    [sandbox, browser] = await Promise.all([startBuiltSandbox(), launchBrowser()]);
    window = await Window.open(browser, sandbox.url);
    if (PICTURES !== '') mkdirSync(PICTURES, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
  });

  const shoot = async (name: string, of: Window = window): Promise<void> => {
    pictures += 1;
    if (PICTURES !== '') await of.shoot(join(PICTURES, `${String(pictures).padStart(2, '0')}-${name}.png`));
  };

  it('a visitor finds three chats with something going on in them', async () => {
    await shoot('first-sight');

    await window.agent.sees('Invoice system says', 'Nobody yet');
    await window.mark.sees('IT Service Desk', 'The last 14 days');
    await expectCardsWhole();
  });

  it('a question is answered to the asker alone, read in full, and solved', async () => {
    await window.nora.go('general');
    await ask(window);
    await shoot('suggestions');
    await window.agent.go('general');
    expect(await window.agent.pane.getByText(QUESTION).count()).toBe(0);
    await window.agent.go('it-support');

    await window.nora.press(QUESTION, 'Read more');
    await window.nora.dialog('VPN keeps disconnecting').getByText('What to do').waitFor();
    await shoot('article');
    await window.page.keyboard.press('Escape');
    expect(await readMore(window)).toContain('plug in a network cable');
    await window.nora.press(QUESTION, 'That solved it');

    await window.nora.sees('Glad that helped!');
    await shoot('solved');
  });

  it('a ticket form with an empty summary says so beside the field, and keeps what was typed', async () => {
    await ask(window, SMELL);
    await shoot('nothing-found');
    await window.nora.press('You asked', 'Open a ticket');
    const dialog = window.nora.dialog('Open a ticket');
    await dialog.getByLabel('Summary').waitFor();
    await shoot('form');

    await window.nora.fill('Open a ticket', { Summary: '', Details: 'Near the fan' }, 'Open ticket');

    await dialog.getByText('Please complete this required field.').waitFor();
    await shoot('form-invalid');
    expect(await dialog.getByLabel('Details').inputValue()).toBe('Near the fan');
  });

  it('the ticket opens, its requester is told, and its card appears for the agents', async () => {
    await window.nora.fill('Open a ticket', { Summary: SMELL, Priority: 'Only me, work has stopped' }, 'Open ticket');
    await window.nora.dialog(OPENED).waitFor();
    await shoot('opened');
    number = await closeConfirmation(window);

    await window.nora.go('helpdesk');
    await window.nora.sees(number, 'We have your request');
    const card = await window.agent.sees(number, 'Claim');
    await shoot('card');
    expect(card).toContain('my laptop smells burnt <!channel>');
    expect(card).toContain('Near the fan');
    expect(await window.page.locator('.ping').count()).toBe(0);
  });

  it('of two agents who claim at once one wins, and the other is told who', async () => {
    second = await Window.open(browser, sandbox.url);
    await second.agent.be('Ben');
    await second.agent.sees(number, 'Claim');

    await Promise.all([window.agent.press(number, 'Claim'), second.agent.press(number, 'Claim')]);

    const told = (of: Window) => of.agent.message('claimed this a moment ago');
    await until(async () => ((await told(window).isVisible()) || (await told(second).isVisible()) ? true : undefined));
    const annaLost = await told(window).isVisible();
    const [winner, loser] = annaLost ? ['Ben Okafor', window] : ['Anna Kowalska', second];
    expect(await told(loser).innerText()).toContain(`${winner} claimed this a moment ago. Nothing was changed.`);
    await window.agent.sees(number, 'Claimed', winner, 'Release');
    await window.nora.sees(number, `${winner} is working on it.`);
    await shoot('claimed', loser);
  });

  it('agent and requester talk through their own threads', async () => {
    await talk(window, number, 'Is it on the charger right now?', 'No, I unplugged it.');

    await shoot('talk');
  });

  it('it is escalated with a reason, and the next line resolves it in words the requester reads', async () => {
    await escalate(window, number, 'Battery may be swollen');
    await shoot('escalated');
    await second.agent.go('it-infrastructure');
    await second.agent.sees(number, 'Battery may be swollen');
    await second.agent.press(number, 'Resolve');
    await second.agent.dialog('Resolve').getByLabel('What solved it?').waitFor();
    await shoot('resolve-form', second);
    await second.agent.fill('Resolve', { 'What solved it?': 'New battery, old one recycled.' }, 'Resolve');

    await window.nora.sees('Ben Okafor resolved ticket', 'New battery, old one recycled.');
    await shoot('resolved');
  });

  it('the requester reopens it, and it is resolved again', async () => {
    await window.nora.press('If it still does not work, reopen it', 'Reopen');
    await window.nora.fill('Reopen', { 'What is still wrong?': 'The smell is back' }, 'Reopen');
    await second.agent.sees(number, 'Reopened by Nora Lewis: The smell is back');
    await shoot('reopened', second);

    await second.agent.press(number, 'Resolve');
    await second.agent.fill('Resolve', { 'What solved it?': 'New laptop.' }, 'Resolve');

    await window.nora.sees('New laptop.');
  });

  it('the next morning the manager reads the summary', async () => {
    const before = await window.mark.pane.getByRole('article').count();

    await window.tomorrow();

    await window.mark.pane.getByRole('article').nth(before).waitFor();
    const summary = await window.mark.message('Opened', 'Still open').innerText();
    await shoot('summary');
    expect(summary).toContain('Waiting longest');
  });

  it('the queue and one’s own tickets are shown to whom they are for', async () => {
    await window.agent.write('/helpdesk queue');
    await window.agent.sees('The queue', 'Invoice system says');
    await window.nora.write('/helpdesk mine');
    await window.nora.sees('Your tickets');
    await window.mark.write('/helpdesk help');
    await window.mark.sees('How can I help?');
    await shoot('lists');
  });

  it('somebody whose Slack is in Polish is answered in Polish', async () => {
    await window.nora.be('Zofia');

    await window.nora.write('/helpdesk vpn ciągle się rozłącza');

    const answer = await window.nora.sees('VPN ciągle się rozłącza', 'To pomogło');
    await shoot('polish');
    expect(answer).toContain('Twoje pytanie: vpn ciągle się rozłącza');
    await window.nora.be('Nora');
  });

  it('a ticket opened from the shortcuts is claimed by a single 👀', async () => {
    const other = await openTicketAtOnce(window, { Summary: 'Projector bulb is dead' });
    await window.agent.sees(other, 'Claim');
    await window.agent.message(other).hover();
    await window.agent.message(other).getByRole('button', { name: 'Add a reaction' }).click();
    await window.page.getByRole('menuitem', { name: 'eyes' }).click();

    await window.agent.sees(other, 'Claimed', 'Anna Kowalska');
    await shoot('claimed-by-emoji');
  });

  it('everything from the question to the ticket can be done by keyboard alone', async () => {
    const keyboard = await Window.open(browser, sandbox.url);
    const { page } = keyboard;
    const tabTo = async (name: string | RegExp): Promise<void> => {
      const wanted = keyboard.nora.pane.getByRole('button', { name, exact: true }).and(page.locator(':focus'));
      for (let steps = 0; steps < 60 && !(await wanted.isVisible()); steps += 1) await page.keyboard.press('Tab');
      expect(await wanted.isVisible()).toBe(true);
    };

    await tabTo('general');
    await page.keyboard.press('Enter');
    for (let steps = 0; steps < 60 && !(await focusIs(keyboard, 'textbox', 'Message #general')); steps += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.type('/help');
    await page.keyboard.press('Tab');
    await page.keyboard.type('the coffee machine wants an update');
    await shoot('keyboard-typing', keyboard);
    await page.keyboard.press('Enter');
    await keyboard.nora.sees('You asked: the coffee machine wants an update');
    for (let steps = 0; steps < 80 && !(await focusIs(keyboard, 'button', 'Open a ticket')); steps += 1)
      await page.keyboard.press('Shift+Tab');
    await shoot('keyboard-focus', keyboard);
    await page.keyboard.press('Enter');
    await keyboard.nora.dialog('Open a ticket').getByLabel('Summary').waitFor();
    expect(await focusIs(keyboard, 'textbox', 'Summary')).toBe(true);
    await page.keyboard.press('Enter');

    await keyboard.nora.dialog(OPENED).waitFor();
    await shoot('keyboard-opened', keyboard);
    await page.keyboard.press('Escape');
    await window.agent.sees('the coffee machine wants an update', 'Claim');
    expect(keyboard.complaints).toEqual([]);
    await keyboard.close();
  });

  it('the browser has nothing to complain of, and neither has the log', () => {
    expect([...window.complaints, ...second.complaints]).toEqual([]);
    expect(sandbox.log()).not.toMatch(/"level":(40|50|60)/);
  });

  it('it ends at once, and cleanly, when it is told to', async () => {
    await browser.close();

    expect(await sandbox.stop()).toBe(0);
  });

  const focusIs = (of: Window, role: 'button' | 'textbox', name: string): Promise<boolean> =>
    of.nora.pane.getByRole(role, { name, exact: true }).and(of.page.locator(':focus')).isVisible();

  /** The newest card of the channel is in sight down to its buttons. */
  async function expectCardsWhole(): Promise<void> {
    const last = window.agent.pane.getByRole('article').last();
    const card = await last.boundingBox();
    const composer = await window.agent.writing.boundingBox();
    expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThan(composer?.y ?? 0);
  }
});
