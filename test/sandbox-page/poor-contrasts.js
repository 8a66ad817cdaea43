/* global document, getComputedStyle, NodeFilter */
/*
 * Runs in the page: the visible texts whose colour is too near to what is behind them, 4.5 : 1, or 3 : 1 when they are large.
 * https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  /** The colour seen when these are laid over white, one upon the other. */
  function seen(colors) {
    for (const color of ['#fff', ...colors]) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }

  function luminance(color) {
    const [red, green, blue] = color
      .map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function backgrounds(element) {
    const own = getComputedStyle(element).backgroundColor;
    return element.parentElement === null ? [own] : [...backgrounds(element.parentElement), own];
  }

  function isRead(element, text) {
    return (
      /[\p{L}\p{N}]/u.test(text) &&
      element.checkVisibility({ opacityProperty: true }) &&
      element.closest('.sr-only') === null
    );
  }

  function contrast(element) {
    const behind = backgrounds(element);
    const front = luminance(seen([...behind, getComputedStyle(element).color]));
    const back = luminance(seen(behind));
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  }

  function isLarge(element) {
    const { fontSize, fontWeight } = getComputedStyle(element);
    return parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
  }

  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!isRead(element, text)) continue;
    const ratio = contrast(element);
    if (ratio < (isLarge(element) ? 3 : 4.5))
      poor.push(`${ratio.toFixed(2)} ${element.className}: ${text.slice(0, 40)}`);
  }
  return poor;
})();
