// bookswarm verify: hashes all that is in a folder, names the images that are damaged, and mends the record.

import type { Book } from "../../shared/book.ts";
import { formatByteSize, formatNumber } from "../../shared/quantities.ts";
import { descriptorsIn } from "../library/descriptors-in.ts";
import { imagesMatching } from "../library/images-matching.ts";
import { isDescriptor } from "../node/book-source.ts";
import { type FoundBook, findBookIn } from "../node/find-book.ts";
import { type Verdict, verifyBook } from "../node/verify-book.ts";
import { BookVoice, sizeOf } from "./book-voice.ts";
import { CommandFailed } from "./command-failed.ts";
import type { Output } from "./output.ts";

/** Missing images that are named to people one by one. Chosen: what fits on a screen beside the rest. */
const NAMED_MAX = 10;

export interface VerifyOptions {
  /** Globs for the images to judge; all of them when absent. */
  readonly only?: readonly string[];
}

/**
 * Verifies a folder; when several books lie in it, one after the other.
 * @throws CommandFailed "refused" when an image is damaged or the book is bad at one, "incomplete" when neither is so and
 *   some are not there
 * @throws GlobUnmatched when a glob matches no image, BookUnclear, DescriptorRefused, DiskFault
 */
export async function verify(output: Output, place: string, { only }: VerifyOptions = {}): Promise<void> {
  const verdicts: Verdict[] = [];
  let problem: CommandFailed | undefined;
  for (const descriptor of await descriptorsOf(place)) {
    const voice = new BookVoice(output);
    const choose = only === undefined ? undefined : (book: Book) => imagesMatching(book, only);
    const found = await findBookIn(descriptor, { choose, onEvent: voice.say });
    const verdict = await verifyBook(found, voice.say);
    say(output, found, verdict);
    verdicts.push(verdict);
    problem ??= voice.problem;
  }
  if (verdicts.some(({ damaged }) => damaged.length > 0))
    throw new CommandFailed("refused", `Images in ${place} are damaged; bookswarm get fetches them again`);
  // Said when it was found.
  if (problem !== undefined) throw problem;
  if (verdicts.some(({ missing }) => missing.length > 0))
    throw new CommandFailed(
      "incomplete",
      `Images of the book are not in ${place}; bookswarm get fetches them, and --only asks for those alone that you want`,
    );
}

/** Every descriptor of a folder; the folder itself when it has none, to be told so. */
async function descriptorsOf(place: string): Promise<readonly string[]> {
  if (isDescriptor(place)) return [place];
  const paths = (await descriptorsIn(place)).map(({ path }) => path);
  return paths.length === 0 ? [place] : paths;
}

function say(output: Output, { book }: FoundBook, { folder, sound, damaged, missing }: Verdict): void {
  for (const { path } of damaged) output.event("damaged", { path }, `Damaged: ${path}`);
  // Of a download that has just begun nearly all is missing; then people read how many.
  const areNamed = missing.length <= NAMED_MAX;
  for (const { path } of missing) output.event("missing", { path }, areNamed ? `Missing: ${path}` : undefined);
  const bytes = sound.reduce((sum, image) => sum + image.bytes, 0);
  const counts = { sound: sound.length, damaged: damaged.length, missing: missing.length };
  const images = counts.sound + counts.damaged + counts.missing;
  const whole = images === book.imageCount ? "all of it" : "all that was asked for";
  const text =
    counts.sound === images
      ? `${book.name}: ${whole} is there and right (${sizeOf({ imageCount: images, bytes })})`
      : `${book.name}: ${formatNumber(counts.sound)} of ${formatNumber(images)} images are there and right (${formatByteSize(bytes)}), ${formatNumber(counts.damaged)} damaged, ${formatNumber(counts.missing)} missing`;
  output.event("verified", { folder, ...counts, images, bytes }, text);
}
