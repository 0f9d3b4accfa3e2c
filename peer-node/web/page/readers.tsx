// Who is linked, and what goes between them and us.

import type { BookState } from "../api/messages.ts";
import { bytes, many, number, rate, share } from "./words.ts";

export function Readers({ book }: { readonly book: BookState }) {
  const { readers, readersKnown, complete, pages } = book;
  const order = [...readers].sort((a, b) => (a.readerId < b.readerId ? -1 : 1));
  // The tracker counts everybody, this reader as well.
  const known =
    readersKnown === 0
      ? "Nobody else reads it now"
      : `${many(readersKnown, "other reader")} known; complete, all told: ${number(complete)}`;
  return (
    <section class="card" aria-labelledby="readers-title">
      <h2 id="readers-title">Readers</h2>
      {readers.length === 0 ? (
        <p class="quiet">
          {readersKnown === 0 ? "" : "None linked. "}
          {known}.
        </p>
      ) : (
        <>
          <div class="wide">
            <table>
              <caption class="hidden">Linked readers, what they hold, and what goes between them and this one</caption>
              <thead>
                <tr>
                  <th scope="col">Reader</th>
                  <th scope="col">Holds</th>
                  <th scope="col">Sends us</th>
                  <th scope="col">Gets</th>
                </tr>
              </thead>
              <tbody>
                {order.map((reader) => (
                  <tr key={reader.readerId} data-reader={reader.readerId}>
                    <th scope="row" title={reader.readerId}>
                      {reader.host}
                      <span class="quiet"> {reader.readerId.slice(0, 6)}</span>
                      {reader.snubbed && <span class="quiet"> slow</span>}
                      {reader.help === "relays" && <span class="quiet"> passes pages on</span>}
                    </th>
                    <td>{share(reader.pagesHeld, pages)}</td>
                    <Amount rate={reader.receiveRate} total={reader.bytesReceived} />
                    <Amount rate={reader.sendRate} total={reader.bytesSent} />
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="quiet">{known}.</p>
        </>
      )}
    </section>
  );
}

function Amount({ rate: now, total }: { readonly rate: number; readonly total: number }) {
  return (
    <td>
      {bytes(total)}
      <span class="quiet">{now > 0 ? rate(now) : ""}</span>
    </td>
  );
}
