// Where a browser goes after sign-in: a page of ours, whatever the address asks for (open redirects are a phisher's tool).

const LONGEST = 1_000;
/** Stands for whatever host we are. */
const HERE = 'https://here.invalid';

/** Undefined for what is no path on this host, also where it becomes another host only when it is decoded once more. */
export function localPath(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  let path = text;
  // Twice: a proxy in front of us, or the page itself, may decode what we did not.
  for (let i = 0; i < 3; i++) {
    // Browsers read a backslash as a slash, and leave out tabs and line ends.
    if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) return undefined;
    if (!URL.canParse(path, HERE) || new URL(path, HERE).origin !== HERE) return undefined;
    const decoded = decodedOnce(path);
    if (decoded === undefined || decoded === path) break;
    path = asciiOf(decoded);
  }
  return text;
}

function decodedOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Letters of other alphabets do not make another host of a path. */
function asciiOf(text: string): string {
  return text.replace(/\P{ASCII}/gu, 'x').replaceAll(' ', '+');
}
