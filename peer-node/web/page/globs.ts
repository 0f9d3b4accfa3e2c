// Globs as somebody types them into one line.

/** The globs between commas; a comma inside braces is the glob's own. @example globsIn("2026/**, *.{jpg,png}") // two */
export function globsIn(line: string): readonly string[] {
  const globs = [""];
  let depth = 0;
  for (const sign of line) {
    if (sign === "{") depth++;
    if (sign === "}") depth = Math.max(0, depth - 1);
    if (sign === "," && depth === 0) globs.push("");
    else globs.push(`${globs.pop()}${sign}`);
  }
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== "");
}
