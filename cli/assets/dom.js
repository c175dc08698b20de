// Elements and texts. What comes from the data becomes text or the value of an attribute, never markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const html = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

const byId = (id) => document.getElementById(id);

const exact = (number) => number.toLocaleString('en-US');

// Three digits at most, rounded down: for places that are small.
function short(number) {
  if (number < 10000) return exact(number);
  const [unit, sign] = [[1e9, 'B'], [1e6, 'M'], [1e3, 'k']].find(([least]) => number >= least);
  const value = number / unit, digits = value < 10 ? 100 : value < 100 ? 10 : 1;
  return Math.floor(value * digits) / digits + sign;
}

const plural = (number, word) => `${exact(number)} ${word}${number === 1 ? '' : 's'}`;
