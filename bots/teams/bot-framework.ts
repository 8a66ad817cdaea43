/**
 * What outgoing calls take from botbuilder: who the bot is, its tokens, and the clients of the Bot Connector. Loading
 * botbuilder costs time and memory that a helpdesk without Teams should not pay, so this file and turns.ts are imported
 * only when they are needed.
 */
import { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import { AppCredentials, ClaimsIdentity, GovernmentConstants, TeamsConnectorClient } from 'botframework-connector';
import type {
  BotFrameworkAuthentication,
  ConnectorClient,
  ConnectorClientOptions,
  ConnectorFactory,
} from 'botframework-connector';

/** Who the bot is, as Microsoft Entra knows it. */
export interface BotIdentity {
  readonly appId: string;
  /** Null for a managed identity. */
  readonly appPassword: string | null;
  /** Null only for MultiTenant. */
  readonly tenantId: string | null;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly openIdMetadataUrl: string;
}

/** Sends what botbuilder made. */
export type Transport = NonNullable<ConnectorClientOptions['httpClient']>;

export class BotFramework {
  readonly authentication: BotFrameworkAuthentication;
  readonly #factory: ConnectorFactory;
  readonly #tokenless: ConnectorFactory;

  /**
   * @param bot null without credentials
   * @param transport takes whatever botbuilder sends
   */
  constructor(
    bot: BotIdentity | null,
    private readonly transport: Transport,
  ) {
    this.authentication = authenticationOf(bot, transport);
    this.#factory = this.authentication.createConnectorFactory(claims(bot?.appId ?? ''));
    this.#tokenless = authenticationOf(null, transport).createConnectorFactory(claims(''));
  }

  /** A client for the service at this address, with the bot's token or without any. */
  client(serviceUrl: string, { isTokenless = false } = {}): Promise<ConnectorClient> {
    return (isTokenless ? this.#tokenless : this.#factory).create(serviceUrl);
  }

  /** One for what only Teams can be asked, with the credentials of the other. */
  teamsClient(serviceUrl: string, { credentials }: ConnectorClient): TeamsConnectorClient {
    return new TeamsConnectorClient(credentials, { baseUri: serviceUrl, httpClient: this.transport });
  }

  /** Where a client gets its tokens; null for one that needs none. */
  tokensOf({ credentials }: ConnectorClient): Pick<AppCredentials, 'getToken'> | null {
    return credentials instanceof AppCredentials && credentials.appId ? credentials : null;
  }
}

function claims(appId: string): ClaimsIdentity {
  return new ClaimsIdentity([{ type: 'aud', value: appId }]);
}

/** Who the bot is and in which of Microsoft's clouds. */
function authenticationOf(bot: BotIdentity | null, transport: Transport): BotFrameworkAuthentication {
  const options: ConnectorClientOptions = { httpClient: transport };
  if (bot === null) return new ConfigurationBotFrameworkAuthentication({}, undefined, undefined, undefined, options);
  const { appId, appPassword, tenantId, appType } = bot;
  const factory = new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: appId,
    MicrosoftAppType: appType,
    ...(appPassword === null || appType === 'UserAssignedMSI' ? {} : { MicrosoftAppPassword: appPassword }),
    ...(tenantId === null ? {} : { MicrosoftAppTenantId: tenantId }),
  });
  return new ConfigurationBotFrameworkAuthentication(cloudOf(bot), factory, undefined, undefined, options);
}

/** The clouds of governments are known by where the keys of inbound tokens are published. */
function cloudOf({ openIdMetadataUrl, tenantId }: BotIdentity): Record<string, string | boolean> {
  const { hostname } = new URL(openIdMetadataUrl);
  if (hostname.endsWith('.us')) return { ChannelService: GovernmentConstants.ChannelService };
  if (!hostname.endsWith('.azure.cn')) return {};
  // https://docs.azure.cn/en-us/bot-service/how-to-deploy-china-cloud
  const login = 'https://login.partner.microsoftonline.cn';
  return {
    OAuthUrl: 'https://token.botframework.azure.cn/',
    ToChannelFromBotLoginUrl: `${login}/${tenantId ?? 'common'}`,
    ToChannelFromBotOAuthScope: 'https://api.botframework.azure.cn',
    ToBotFromChannelTokenIssuer: 'https://api.botframework.azure.cn',
    ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: `${login}/common/v2.0/.well-known/openid-configuration`,
    ValidateAuthority: true,
  };
}
