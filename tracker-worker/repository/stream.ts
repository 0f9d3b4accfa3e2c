// A stream out of a generator: each chunk is made when the one before has been taken, so that a large descriptor never
// stands in memory whole.

/** A byte stream, the only kind that crosses from an object to the Worker. */
export function streamOf(chunks: Generator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { done, value } = chunks.next();
      if (done !== true) {
        controller.enqueue(value);
        return;
      }
      controller.close();
      // A reader that brought its own buffer waits for an answer even when there is nothing left to say.
      controller.byobRequest?.respond(0);
    },
    cancel() {
      chunks.return(undefined);
    },
  });
}
