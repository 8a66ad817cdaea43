/** Every migration, in order. An applied one is never edited: add the next. */
import { CreateHelpdesk1795392000000 } from './1795392000000-create-helpdesk';
import { PlacesAndIdentities1795996800000 } from './1795996800000-places-and-identities';
import { ArticleRevisions1796500000000 } from './1796500000000-article-revisions';
import { Learning1796600000000 } from './1796600000000-learning';
import { AudiencesAndSimilarTickets1796700000000 } from './1796700000000-audiences-and-similar-tickets';
import { ArticleAuthoring1796800000000 } from './1796800000000-article-authoring';
import { SealedHistory1796900000000 } from './1796900000000-sealed-history';
import { Erasure1796986400000 } from './1796986400000-erasure';
import { Pauses1797000000000 } from './1797000000000-pauses';
import { LongArticles1797100000000 } from './1797100000000-long-articles';
import { SummaryByIndex1797200000000 } from './1797200000000-summary-by-index';

export const MIGRATIONS = [
  CreateHelpdesk1795392000000,
  PlacesAndIdentities1795996800000,
  ArticleRevisions1796500000000,
  Learning1796600000000,
  AudiencesAndSimilarTickets1796700000000,
  ArticleAuthoring1796800000000,
  SealedHistory1796900000000,
  Erasure1796986400000,
  Pauses1797000000000,
  LongArticles1797100000000,
  SummaryByIndex1797200000000,
];
