// A command to type, with a button that copies it where a script can.

import type { FC } from "hono/jsx";

interface CommandProps {
  /** Name of its element, unlike every other one on the page. */
  readonly id: string;
  readonly command: string;
}

export const Command: FC<CommandProps> = ({ id, command }) => (
  <div class="command">
    <pre>
      <code id={id} translate="no">
        {command}
      </code>
    </pre>
    <button type="button" data-copy={id} aria-describedby={id} hidden>
      Copy
    </button>
  </div>
);
