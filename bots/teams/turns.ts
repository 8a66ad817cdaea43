/**
 * One activity through botbuilder: an adapter that is handed activities the gate has let in, and gives back what the bot
 * answered. It authenticates nobody.
 */
import { CloudAdapter } from 'botbuilder';
import type { Activity as RawActivity, InvokeResponse, TurnContext } from 'botbuilder';
import { ClaimsIdentity } from 'botframework-connector';
import type { BotFrameworkAuthentication } from 'botframework-connector';
import { OK } from './answer';
import type { Answer } from './answer';

export class Turns extends CloudAdapter {
  readonly #identity: ClaimsIdentity;

  /** @param appId '' without credentials */
  constructor(
    private readonly authentication: BotFrameworkAuthentication,
    appId: string,
  ) {
    super(authentication);
    this.#identity = new ClaimsIdentity(appId === '' ? [] : [{ type: 'aud', value: appId }], true);
  }

  /**
   * @param raw an activity that was authenticated
   * @throws what the work threw
   */
  async run(raw: object, work: () => Promise<Answer>): Promise<Answer> {
    let answer = OK;
    const logic = async (context: TurnContext): Promise<void> => {
      answer = await work();
      if (context.activity.type !== 'invoke') return;
      const { status, body } = answer;
      const response: InvokeResponse = { status, body };
      await context.sendActivity({ type: 'invokeResponse', value: response });
    };
    const authenticated = {
      claimsIdentity: this.#identity,
      connectorFactory: this.authentication.createConnectorFactory(this.#identity),
      audience: '',
    };
    const response = await this.processActivity(authenticated, raw as RawActivity, logic);
    if (response === undefined) return { status: answer.status };
    return { status: response.status, ...(response.body === undefined ? {} : { body: response.body as object }) };
  }
}
