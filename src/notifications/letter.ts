// A letter of ours: a few kinds of blocks, written once and set twice, as text and as HTML. What others wrote comes in as text and
// stays text: it begins no line and no tag.
import { oneLine } from '../mail/one-line.ts';

export type Block =
  | { readonly kind: 'headline' | 'heading' | 'paragraph' | 'command'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'links'; readonly links: readonly (readonly [text: string, url: string])[] };

const MOST = 2_000;
const line = (text: string): string => oneLine(text, MOST);
/** The lines of a command are ours; each of them is one. */
const commandLines = (text: string): string[] => text.split('\n').map(line);

export function asText(blocks: readonly Block[]): string {
  return `${blocks.map(textOf).join('\n\n')}\n`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'headline':
    case 'heading':
      return `${line(block.text)}\n${(block.kind === 'headline' ? '=' : '-').repeat(Math.min(line(block.text).length, 72))}`;
    case 'paragraph':
      return line(block.text);
    case 'command':
      return commandLines(block.text)
        .map((command) => `    ${command}`)
        .join('\n');
    case 'facts': {
      const width = Math.max(...block.facts.map(([name]) => name.length));
      return block.facts.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${line(value)}`).join('\n');
    }
    case 'list':
      return block.items.map((item) => `- ${line(item)}`).join('\n');
    case 'links':
      return block.links.map(([text, url]) => `${line(text)}: ${line(url)}`).join('\n');
  }
}

const STYLE = 'font-family:sans-serif;font-size:14px;line-height:1.45;color:#1b1b1b;max-width:44em';

export function asHtml(blocks: readonly Block[], title: string): string {
  const body = blocks.map(htmlOf).join('\n');
  return `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>\n<body style="${STYLE}">\n${body}\n</body></html>\n`;
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'headline':
      return `<h1 style="font-size:20px">${escaped(block.text)}</h1>`;
    case 'heading':
      return `<h2 style="font-size:16px">${escaped(block.text)}</h2>`;
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`;
    case 'command':
      return `<pre style="background:#f2f2f2;padding:8px">${commandLines(block.text).map(escaped).join('\n')}</pre>`;
    case 'facts':
      return `<table>${block.facts.map(([name, value]) => `<tr><th align="left" valign="top">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('')}</table>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'links':
      return block.links.map(([text, url]) => `<p><a href="${escaped(url)}">${escaped(text)}</a></p>`).join('\n');
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return line(text).replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}
