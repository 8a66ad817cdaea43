/** English. Keys are grouped by where the words stand; a test holds every catalogue to the same keys and placeholders. */
export const en = {
  // When something goes wrong
  'trouble.broke':
    'Something broke on our side. Nothing was changed. Please try again; if it happens again, tell IT this code: {ref}',
  'trouble.not-saved': 'We could not save this just now. Nothing was changed. Please try again in a minute.',
  'trouble.still-working': 'This is taking longer than usual. No need to repeat it: you will hear from us in a moment.',
  'trouble.title': 'Something went wrong',

  // While an answer is on its way, in a dialog
  'wait.title': 'One moment…',
  'wait.text': 'Getting this ready for you.',
  'wait.done': 'Done. You can close this window.',
} as const;
