/** An element's children by name; `<member>` and EC2's `<item>` lists are arrays. */
export interface XmlNode {
  readonly [name: string]: XmlValue;
}

export type XmlValue = string | XmlNode | readonly XmlValue[];

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w.:-]*)[^>]*?(\/?)>|([^<]+)/gy;

/**
 * Reads the XML that AWS's query protocol answers: elements and texts; attributes are ignored.
 * @returns undefined for what is not a whole document of that kind
 */
export function readXml(text: string): XmlNode | undefined {
  interface Open {
    readonly name: string;
    readonly children: [string, XmlValue][];
    text: string;
  }
  const root: Open = { name: '', children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (!token) return undefined;
    const [, closing, name, empty, chars] = token;
    const top = open.at(-1)!;
    if (chars !== undefined) top.text += chars;
    else if (name === undefined) continue;
    else if (closing) {
      if (top.name !== name) return undefined;
      open.pop();
      open.at(-1)?.children.push([name, contentOf(top.children, top.text)]);
    } else if (empty) top.children.push([name, '']);
    else open.push({ name, children: [], text: '' });
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') return undefined;
  const value = contentOf(root.children, '');
  return typeof value === 'object' && !Array.isArray(value) ? (value as XmlNode) : undefined;
}

function contentOf(children: readonly [string, XmlValue][], text: string): XmlValue {
  if (children.length === 0) return decode(text);
  if (children.every(([name]) => name === 'member' || name === 'item')) return children.map(([, value]) => value);
  return Object.fromEntries(children);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A reference to a character that there is not stays as it is. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, ...[decimal, hex, name]: (string | undefined)[]) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * The text of the first element of this name, which has no attributes; empty when there is none, or other elements in it. For short
 * answers, and for listings whose tree would be too large. A copy: a piece would keep the whole answer in memory.
 */
export function firstText(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  if (start < 0 || end < 0) return '';
  const text = Buffer.from(xml.slice(start + name.length + 2, end)).toString();
  return text.includes('<') ? '' : decode(text);
}

/** What a parser would take for the end of a line, too: https://www.w3.org/TR/xml11/#sec-line-ends */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** The list below a name; an empty element, which cannot be told from an empty text, is an empty list. */
export function listOf(node: XmlNode, name: string): readonly XmlNode[] {
  const value = node[name];
  return Array.isArray(value) ? (value.filter((it) => typeof it === 'object') as XmlNode[]) : [];
}

export function textOf(node: XmlNode | undefined, name: string): string {
  const value = node?.[name];
  return typeof value === 'string' ? value : '';
}

export function nodeOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  const value = node?.[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as XmlNode) : undefined;
}
