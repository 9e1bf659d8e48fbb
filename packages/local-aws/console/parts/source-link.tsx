/** A place in the sources, e.g. `infra/aws/queue.ts:31`; it opens in the editor where the page knows the folder. */
export function SourceLink({ source, root }: { source: string; root: string }) {
  if (!root) return <code>{source}</code>;
  const path = `${root}/${source}`.replaceAll("\\", "/").replace(/^\/?/, "/");
  return (
    <a href={`vscode://file${encodeURI(path)}`} title="Open in Visual Studio Code">
      <code>{source}</code>
    </a>
  );
}

const PLACE = /((?:file:\/\/)?[\w./@-]+\.(?:ts|mjs|js):\d+(?::\d+)?)/;

/** A log line in which places in the sources are links. */
export function LinkedText({ text, root }: { text: string; root: string }) {
  const parts = text.split(PLACE);
  if (parts.length === 1 || !root) return <>{text}</>;
  return (
    <>
      {parts.map((part, index) => {
        const own = index % 2 === 1 ? ownSource(part, root) : undefined;
        return own ? <SourceLink key={index} source={own} root={root} /> : part;
      })}
    </>
  );
}

/** A place within the program's folder, as a path from there. */
function ownSource(place: string, root: string): string | undefined {
  const path = place.replace(/^file:\/\//, "");
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  return /^(handlers|infra)\//.test(path) ? path : undefined;
}
