/* global AdaptiveCards, document */
/* Runs in the page: draws Adaptive Cards with the official library, in colours like those of Teams. */
const COLOURS = {
  light: {
    text: '#242424',
    subtle: '#616161',
    accent: '#4f52b2',
    good: '#0e700e',
    warning: '#835b00',
    attention: '#b10e1c',
    backgrounds: {
      default: '#ffffff',
      emphasis: '#f3f3f3',
      accent: '#e8ebfa',
      good: '#e7f2da',
      attention: '#fcf0f2',
      warning: '#fbf6d9',
    },
  },
  dark: {
    text: '#ffffff',
    subtle: '#bdbdbd',
    accent: '#a6aaff',
    good: '#92c353',
    warning: '#f8d22a',
    attention: '#f9a3ad',
    backgrounds: {
      default: '#292929',
      emphasis: '#383838',
      accent: '#323358',
      good: '#1d3a1d',
      attention: '#4a1f26',
      warning: '#46360b',
    },
  },
};

function hostConfig(theme) {
  const { text, subtle, accent, good, warning, attention, backgrounds } = COLOURS[theme];
  const colour = (value) => ({ default: value, subtle: value === text ? subtle : value });
  const foregroundColors = Object.fromEntries(
    Object.entries({ default: text, accent, good, warning, attention }).map(([name, value]) => [name, colour(value)]),
  );
  return new AdaptiveCards.HostConfig({
    fontFamily: "'Segoe UI', 'Noto Sans', system-ui, sans-serif",
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
    fontWeights: { lighter: 200, default: 400, bolder: 600 },
    spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 30, padding: 16 },
    separator: { lineThickness: 1, lineColor: theme === 'dark' ? '#525252' : '#e0e0e0' },
    supportsInteractivity: true,
    containerStyles: Object.fromEntries(
      Object.entries(backgrounds).map(([name, backgroundColor]) => [name, { backgroundColor, foregroundColors }]),
    ),
    actions: {
      maxActions: 6,
      spacing: 'default',
      buttonSpacing: 8,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
    },
    textStyles: { heading: { size: 'large', weight: 'bolder' } },
    inputs: { label: { requiredInputs: { weight: 'bolder', suffix: ' *' }, optionalInputs: { weight: 'bolder' } } },
  });
}

globalThis.draw = ({ section, drawings, theme }) => {
  const tooWide = [];
  const frame = document.createElement('section');
  frame.append(Object.assign(document.createElement('h2'), { textContent: section }));
  document.body.append(frame);
  for (const { name, drawn } of drawings) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = hostConfig(theme);
    card.parse(drawn);
    const cell = document.createElement('figure');
    cell.append(Object.assign(document.createElement('figcaption'), { textContent: name }), card.render());
    frame.append(cell);
    const shown = cell.lastElementChild;
    if (shown.scrollWidth > shown.clientWidth + 1) tooWide.push(name);
  }
  return tooWide;
};
