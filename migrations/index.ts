/** Every migration, in order. An applied one is never edited: add the next. */
import { CreateHelpdesk1795392000000 } from './1795392000000-create-helpdesk';
import { PlacesAndIdentities1795996800000 } from './1795996800000-places-and-identities';
import { ArticleAuthoring1796800000000 } from './1796800000000-article-authoring';

export const MIGRATIONS = [
  CreateHelpdesk1795392000000,
  PlacesAndIdentities1795996800000,
  ArticleAuthoring1796800000000,
];
