import { useEffect, useRef } from 'preact/hooks'

/** Narrows as one types; `/` leads there from anywhere. @param what is searched, for people */
export function SearchField({ text, onText, what }: { text: string; onText(text: string): void; what: string }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const lead = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', lead)
    return () => removeEventListener('keydown', lead)
  }, [])
  return (
    <input
      ref={field}
      type="search"
      class="search"
      aria-label={`Search ${what}`}
      placeholder="Search  /"
      title={`Search ${what}`}
      value={text}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        onText('')
        event.currentTarget.blur()
      }}
    />
  )
}

/** What is typed there belongs to it. */
export function isTyping({ target }: Event): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
