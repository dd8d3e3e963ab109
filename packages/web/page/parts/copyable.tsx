import { CopyButton } from './copy-button.tsx'

/** A command to paste, one click away. */
export function Copyable({ command }: { command: string }) {
  return (
    <div class="copyable">
      <code tabIndex={0}>{command}</code>
      <CopyButton text={() => command} name="Copy" what="The command" />
    </div>
  )
}
