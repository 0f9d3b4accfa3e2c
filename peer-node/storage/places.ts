// Where things of a book go when nobody says: its folder, and its descriptor inside it.

import { statSync } from "node:fs";
import { join } from "node:path";
import { folderName } from "../../shared/local-names.ts";
import { fileSystemRules } from "./disk-rules.ts";

/** The folder for a book of this name, below the current one; what the disk cannot keep in a name is escaped. */
export function defaultFolder(bookName: string): string {
  return folderName(bookName, fileSystemRules("."));
}

/** The descriptor of a book of this name, inside its folder. */
export function descriptorPlace(folder: string, bookName: string): string {
  return join(folder, folderName(`${bookName}.desc`, fileSystemRules(folder)));
}

/** True when there is a folder of this name, or a link to one. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
