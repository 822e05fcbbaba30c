/** Puts the text between the comments that name the part. Throws if the page does not have them. */
export function withGeneratedPart(page: string, name: string, text: string): string {
  const marks = { begin: `<!-- ${name} -->`, end: `<!-- end of ${name} -->` };
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (begin < 0 || end < begin)
    throw new Error(`The page must have ${marks.begin} and ${marks.end}`);
  return `${page.slice(0, begin + marks.begin.length)}\n\n${text}\n\n${page.slice(end)}`;
}
