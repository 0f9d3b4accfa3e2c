// Where a folder's descriptor is written when nobody says: inside the folder, under the book's name.

import { join } from "node:path";
import { folderName } from "../../shared/local-names.ts";
import { fileSystemRules } from "../storage/disk-rules.ts";

/**
 * Path of the descriptor of `folder`.
 * @param name - the book's name; what the disk cannot keep in a file name is escaped
 */
export function descriptorPlace(folder: string, name: string): string {
  return join(folder, folderName(`${name}.desc`, fileSystemRules(folder)));
}
