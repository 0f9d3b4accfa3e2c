// A picture for as long as a component shows it.

import { useEffect, useState } from "preact/hooks";
import type { BookId } from "../../../shared/ids.ts";
import { useDesk } from "./desk.ts";
import type { Picture } from "./pictures.ts";

/** @param isWhole - before that there is nothing to show */
export function usePicture(book: BookId, image: number, isWhole: boolean): Picture | undefined {
  const { pictures } = useDesk();
  const [picture, setPicture] = useState<Picture | undefined>();
  useEffect(() => {
    setPicture(undefined);
    return isWhole ? pictures.want(book, image, setPicture) : undefined;
  }, [pictures, book, image, isWhole]);
  return picture;
}
