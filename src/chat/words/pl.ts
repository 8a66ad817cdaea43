/** Polish. */
import type { WordKey } from '../words';

export const pl: Readonly<Record<WordKey, string>> = {
  'trouble.broke':
    'Coś się u nas zepsuło. Nic nie zostało zmienione. Spróbuj jeszcze raz, a jeśli to się powtórzy, podaj działowi IT ten kod: {ref}',
  'trouble.not-saved': 'Nie udało się teraz tego zapisać. Nic nie zostało zmienione. Spróbuj ponownie za minutę.',
  'trouble.still-working': 'To trwa dłużej niż zwykle. Nie musisz powtarzać: za chwilę damy znać.',
  'trouble.title': 'Coś poszło nie tak',
  'wait.title': 'Chwileczkę…',
  'wait.text': 'Już to przygotowujemy.',
  'wait.done': 'Gotowe. Możesz zamknąć to okno.',
};
