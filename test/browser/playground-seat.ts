/** Nora Lewis at Microsoft's Agents Playground, which plays Teams: sees and does what is there to see and to click. */
import type { Browser, Locator, Page } from 'playwright-core';

/** Longer than anything here takes; what takes longer has failed. */
const PATIENCE_MS = 10_000;
/** The first page of a browser that has just begun, from a server that has just begun, while other tests begin as well. */
const OPENING_MS = 60_000;
/** In its log of calls: "message 201". */
const CALL = /^\w+ \d{3}$/;

/** Everything but a card itself is found by what a person reads or a screen reader says. */
export class PlaygroundSeat {
  /** Faults in scripts, ours or the playground's. */
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Opens the playground, in which the bot has just arrived. */
  static async open(browser: Browser, url: string): Promise<PlaygroundSeat> {
    const context = await browser.newContext({ viewport: { width: 1300, height: 1000 }, locale: 'en-GB' });
    // It asks Microsoft's servers for its fonts: the test is about what is on this machine.
    await context.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    );
    const seat = new PlaygroundSeat(await context.newPage());
    await seat.page.goto(url, { timeout: OPENING_MS });
    await seat.page.getByRole('button', { name: 'Hide log panel' }).click();
    return seat;
  }

  /** Opens a conversation by its name in the list. */
  async go(place: 'Personal Chat' | 'IT - Support'): Promise<void> {
    await this.page.getByRole('treeitem', { name: place }).click();
  }

  /** Types a line into the personal chat and sends it by Enter. */
  async write(text: string): Promise<void> {
    const writing = this.page.getByRole('textbox').last();
    await writing.fill(text);
    await writing.press('Enter');
  }

  /** A card has neither a role nor a name; Microsoft's library of cards marks it. */
  private get cards(): Locator {
    return this.page.locator('.ac-adaptiveCard');
  }

  /** The last card that says all of this. */
  card(...said: (string | RegExp)[]): Locator {
    return said.reduce((found, hasText) => found.filter({ hasText }), this.cards).last();
  }

  /** Waits for a card that says all of this. @returns all its words */
  async sees(...said: (string | RegExp)[]): Promise<string> {
    const card = this.card(...said);
    await card.waitFor();
    return card.innerText();
  }

  /** Presses a button of the last card that says this and has the button. */
  async press(said: string | RegExp, button: string): Promise<void> {
    const wanted = this.page.getByRole('button', { name: button, exact: true });
    await this.cards.filter({ hasText: said, has: wanted }).last().locator(wanted).click();
  }

  /** The last form with this title: the playground opens no dialogs, so it is a card. */
  form(title: string): Locator {
    const heading = this.page.getByRole('heading', { name: title, exact: true });
    const input = this.page.getByRole('textbox');
    return this.cards.filter({ has: heading }).filter({ has: input }).last();
  }

  /** A field of a form; what is wrong with it is read out after its label. */
  field(title: string, label: string): Locator {
    const form = this.form(title);
    return form
      .getByRole('textbox', { name: label })
      .or(form.getByRole('combobox', { name: label }))
      .first();
  }

  /** Fills the fields of the form with this title and submits it by its button. */
  async fill(title: string, fields: Readonly<Record<string, string>>, submit: string): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.field(title, label);
      await field.waitFor();
      if ((await field.getAttribute('role')) !== 'combobox') {
        await field.fill(value);
        continue;
      }
      await field.click();
      await this.page.getByRole('option', { name: value, exact: true }).click();
    }
    await this.form(title).getByRole('button', { name: submit, exact: true }).click();
  }

  /** A picture in which this card is in sight. */
  async shoot(path: string, card?: Locator): Promise<void> {
    await card?.scrollIntoViewIfNeeded();
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  }

  /** The calls between the playground and the bot, and how each was answered. */
  async calls(): Promise<string[]> {
    await this.page.getByRole('button', { name: 'Toggle Log Panel' }).click();
    await this.page.getByText(CALL).first().waitFor();
    return this.page.getByText(CALL).allInnerTexts();
  }
}
